package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import org.junit.jupiter.api.Tag;

/**
 * The switch scene in which somebody opens a disk of the release set after all was found free and before its driver is unbound:
 * a hook, which runs at just that moment, does it. The question is asked again right before the write, so nothing is changed.
 */
@Tag("thorough")
class OpenedInTimeIT extends Scene {
    private static final String HOOK = """
            #!/bin/sh
            exec 5</dev/$(ls -d /sys/bus/pci/devices/$BARKEEPER_BDF/nvme/nvme*/nvme*n1 | sed 's#.*/##')
            sleep 100000 </dev/null >/dev/null 2>&1 &
            echo $! >/run/barkeeper-lab/reader
            """;
    private static final String RULE = """
            [[rule]]
            match = "0000:03:00.0"
            movable = true
            before-quiesce = ["/run/barkeeper-lab/open"]
            """;

    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch();
    }

    @Override
    protected void play(Guest guest) {
        guest.agent().daemon("confirm", RULE);
        guest.sh("cat >/host/run/barkeeper-lab/open <<'END'\n" + HOOK + "END\nchmod +x /host/run/barkeeper-lab/open");
        guest.plugTestDevice("new", "sw.3", "256M");
        guest.awaitAdded("0000:06:00.0");
        PciState added = guest.pci();
        guest.await("a plan", () -> Answers.exit(guest.agent().cli("plan"), 0));

        GuestShell.Result vetoed = guest.agent().cli("apply", "--yes");
        assertThat(vetoed.exit()).as(vetoed.stdout() + vetoed.stderr()).isEqualTo(4);
        assertThat(vetoed.stdout() + vetoed.stderr()).contains("BK-BUSY", "0000:03:00.0", "sleep");
        assertThat(guest.pci().differencesTo(added)).as("what was changed").isEmpty();

        guest.sh("kill $(cat /host/run/barkeeper-lab/reader); printf '#!/bin/sh\\n' >/host/run/barkeeper-lab/open");
        GuestShell.Result applied = guest.agent().cli("apply", "--yes");
        assertThat(applied.exit()).as(applied.stdout() + applied.stderr()).isZero();
        guest.await("all that was there works", () -> guest.pci().lostSince(added));
        guest.await("the newcomer works", () -> Newcomer.troubles(guest, "0000:06:00.0", 256L << 20));
    }
}
