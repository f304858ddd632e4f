package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Blocked;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * The switch scene with a driver that does not let go. Somebody writes the name of an unknown scheduler to the disk's queue, and
 * the kernel waits for a modprobe that hangs; until that write returns the disk cannot be unregistered, and the unbind blocks in
 * the kernel. That is seen and told with what it waits in, nothing more is written, and the other devices go on working.
 */
@Tag("thorough")
class StuckUnbindIT extends Scene {
    private static final String HANG = """
            cat >/tmp/modprobe <<'END'
            #!/bin/sh
            case "$*" in *iosched*) until [ -e /tmp/release ]; do sleep 1; done ;; esac
            exec /sbin/modprobe "$@"
            END
            chmod +x /tmp/modprobe
            echo /tmp/modprobe >/proc/sys/kernel/modprobe
            name=$(basename %s)
            setsid sh -c "echo slow >/sys/block/$name/queue/scheduler" >/dev/null 2>&1 </dev/null &
            sleep 2
            """;

    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch();
    }

    @Override
    protected void play(Guest guest) {
        guest.writePattern("d1");
        guest.agent().daemon("confirm");
        guest.plugTestDevice("new", "sw.3", "256M");
        guest.awaitAdded("0000:06:00.0");
        PciState added = guest.pci();
        guest.await("a plan", () -> Answers.exit(guest.agent().cli("plan"), 0));
        guest.sh(HANG.formatted(guest.disk("d0")));

        GuestShell.Result wedged = guest.agent().cli("apply", "--yes");
        String said = wedged.stdout() + wedged.stderr();
        System.out.println(said);
        assertThat(wedged.exit()).as(said).isEqualTo(6);
        assertThat(said).contains("BK-WEDGED", "0000:03:00.0", "unbind", "waits in");
        assertThat(othersLost(guest, added)).isEmpty();
        GuestShell.Result again = guest.agent().cli("apply", "--yes");
        assertThat(again.exit()).as(again.stdout() + again.stderr()).isEqualTo(4);
        assertThat(guest.agent().cli("history").stdout()).contains("wedged");

        guest.sh("touch /tmp/release");
        guest.await("no task waits any more", () -> Blocked.tasks(guest));
        assertThat(othersLost(guest, added)).isEmpty();
        guest.await("the other disk is as it was", () -> guest.patternTrouble("d1"));
    }

    private static List<String> othersLost(Guest guest, PciState before) {
        return guest.pci().lostSince(before).stream()
                .filter(trouble -> !trouble.startsWith("0000:03:00.0"))
                .toList();
    }
}
