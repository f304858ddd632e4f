package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * What somebody may do by hand after a hot-add that failed: remove the newcomer and rescan its bus, which is empty then. The kernel
 * takes windows and BARs away from working neighbours. The agent comes only now, and repairs that.
 */
@Tag("thorough")
class CollateralIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withSmallNeighbour();
    }

    @Override
    protected void play(Guest guest) {
        guest.writePattern("d0");
        guest.writePattern("d1");
        PciState before = guest.pci();
        guest.plugTestDevice("new", "sw.3", "32M");
        guest.awaitAdded("0000:06:00.0");
        guest.sh("echo 1 >/sys/bus/pci/devices/0000:06:00.0/remove; echo 1 >/sys/class/pci_bus/0000:06/rescan");
        List<String> harm = guest.pci().lostSince(before);
        System.out.println("  harm: " + harm);
        assertThat(harm).as("what the kernel did to neighbours").isNotEmpty();

        guest.agent().daemon("automatic");
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        guest.await("the newcomer works", () -> Newcomer.troubles(guest, "0000:06:00.0", 32L << 20));
        guest.await("the first disk is back", () -> guest.patternTrouble("d0"));
        guest.await("the second disk is back", () -> guest.patternTrouble("d1"));
        guest.await("healthy", () -> Answers.exit(guest.agent().cli("check"), 0));
    }
}
