package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.journal.Transcript;
import io.barkeeper.lab.Blocked;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.Scene;
import io.barkeeper.torture.Ambush;
import io.barkeeper.torture.SwitchStory;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * A device is pulled out in the middle of a transaction, once the newcomer and once a neighbour: as the second disk is about to be
 * unbound, while the slots are still watched. Everything else works in the end, and the transaction is over.
 */
@Tag("thorough")
class VanishIT extends Scene {
    private static final int SECOND_DISK = 3;

    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch();
    }

    @Override
    protected void play(Guest guest) {
        SwitchStory story = SwitchStory.begin(guest);
        vanish(guest, story, "0000:02:03.0", SwitchStory.NEWCOMER);
        // A plan that ended so is not run again by itself in this boot.
        story.startAfresh();
        vanish(guest, story, "0000:02:02.0", "0000:05:00.0");
    }

    /** How the device in the slot of this port is pulled out. */
    protected Ambush.Blow pullOut(String port, String device) {
        return Ambush.Blow.slotPowerOff(port);
    }

    private void vanish(Guest guest, SwitchStory story, String port, String device) {
        SwitchStory.Start start = story.arrive();
        Ambush ambush = Ambush.lay(guest, pullOut(port, device), SECOND_DISK, 0);
        guest.agent().signalDaemon("CONT");
        if (!ambush.struck()) {
            throw new AssertionError("the transaction had no step " + SECOND_DISK);
        }
        story.awaitQuiet();
        guest.await(
                "all others work",
                () -> story.troublesSince(start).stream()
                        .filter(trouble -> !trouble.contains(device))
                        .toList());
        guest.await("nothing is left of it", () -> guest.pci().has(device) ? List.of(device + " is there") : List.of());
        guest.await("no task waits in the kernel", () -> Blocked.tasks(guest));
        String end = story.lastTransaction()
                .flatMap(Transcript::end)
                .map(Object::toString)
                .orElse("open");
        System.out.println("  " + device + " vanished: transaction " + end);
        assertThat(end).contains(device + " was pulled out");
        guest.await("the daemon answers", () -> Answers.exit(guest.agent().cli("status"), 0));
    }
}
