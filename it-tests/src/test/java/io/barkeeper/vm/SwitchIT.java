package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;

/**
 * The main job: a device with 256 MiB arrives behind a switch that has no room. The agent makes room by itself, the neighbour
 * gets back the I/O BAR that the kernel's retry took, and both disks are there with what was on them.
 */
class SwitchIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch();
    }

    @Override
    protected void play(Guest guest) {
        guest.writePattern("d0");
        guest.writePattern("d1");
        PciState before = guest.pci();
        guest.agent().daemon("automatic");

        guest.plugTestDevice("new", "sw.3", "256M");
        guest.awaitAdded("0000:06:00.0");

        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        guest.await("the newcomer works", () -> Newcomer.troubles(guest, "0000:06:00.0", 256L << 20));
        guest.await("the first disk is back", () -> guest.patternTrouble("d0"));
        guest.await("the second disk is back", () -> guest.patternTrouble("d1"));
        assertThat(guest.pci().at("0000:05:00.0").row(1).assigned())
                .as("the neighbour's I/O BAR")
                .isTrue();
    }
}
