package io.barkeeper.vm;

import io.barkeeper.journal.Transcript;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Scene;
import io.barkeeper.torture.Ambush;
import io.barkeeper.torture.SwitchStory;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * A second device is plugged into the switch around the remove of its root port: at moments that are spread evenly from when the
 * first slot's service is let go until a second after the rescan. A remove that meets a slot's interrupt thread would deadlock the
 * kernel's PCI core; no task may be left waiting in the kernel, and all that worked works.
 */
@Tag("thorough")
class PlugIntoRemoveIT extends Scene {
    /** A guest has room for so many newcomers, each twice as large as the one before, after an undisturbed one. */
    private static final int MOMENTS = 5;

    private static final long AFTERWARDS = 1_000_000;

    @Override
    protected MachineSpec machine() {
        return new MachineSpec("five-ports")
                .rootPort("rp")
                .pcieSwitch("sw", "rp", 5)
                .nvme("d0", "sw.0")
                .nvme("d1", "sw.1")
                .testDevice("neighbour", "sw.2", "64M");
    }

    @Override
    protected void play(Guest guest) {
        SwitchStory story = SwitchStory.begin(guest);
        List<SwitchStory.Step> steps = story.undisturbed();
        SwitchStory.Step first = steps.stream()
                .filter(step -> step.effect().startsWith("unbind-pciehp"))
                .findFirst()
                .orElseThrow();
        long end = steps.stream()
                .filter(step -> step.effect().startsWith("rescan"))
                .mapToLong(step -> step.at() + step.micros())
                .max()
                .orElseThrow();
        long span = end - first.at() + AFTERWARDS;
        for (int moment = 0; moment < MOMENTS; moment++) {
            plugAt(guest, story, first.number(), span * moment / MOMENTS);
        }
    }

    private static void plugAt(Guest guest, SwitchStory story, int step, long delay) {
        SwitchStory.Start start = story.arrive();
        Ambush ambush = Ambush.lay(guest, Ambush.Blow.TELL, step, delay);
        guest.agent().signalDaemon("CONT");
        ambush.told();
        guest.plugTestDevice("late", "sw.4", "1M");
        story.awaitQuiet();
        guest.await("no task waits in the kernel", () -> Blocked.tasks(guest));
        guest.await("all that worked works", () -> story.troublesSince(start));
        String late = guest.pci().has("0000:07:00.0") ? "is there" : "was not noticed";
        System.out.println("  plugged in " + delay + " us after the first slot was let go: the late one " + late + "; "
                + story.lastTransaction()
                        .flatMap(Transcript::end)
                        .map(Object::toString)
                        .orElse("open"));
        try {
            guest.machine().qmp().unplug("late");
        } catch (LabException stays) {
            throw new AssertionError("the late device, which " + late + ", cannot be taken out", stays);
        }
        story.leave();
    }
}
