package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import java.util.List;

/** A switch below a switch, and room in the outer one's window: only the inner switch is taken out. */
class InnerSwitchIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withInnerSwitch();
    }

    @Override
    protected void play(Guest guest) {
        Machines.makeRoomInOuterWindow(guest.machine());
        guest.writePattern("d0");
        guest.writePattern("d1");
        prepare(guest);
        PciState before = guest.pci();
        guest.agent().daemon("automatic");
        guest.recordUevents();

        guest.machine().qmp().plugMemoryCard("new", "inner.2", "256M");
        guest.awaitAdded("0000:08:00.0");

        guest.await("the newcomer works", () -> Newcomer.troubles(guest, "0000:08:00.0", 256L << 20));
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        guest.await("the inner disk is back", () -> guest.patternTrouble("d1"));
        assertThat(outerDiskTrouble(guest)).isEmpty();
        assertThat(guest.uevents())
                .as("uevents")
                .contains("0000:07:00.0")
                .doesNotContain("PCI_SLOT_NAME=0000:03:00.0")
                .doesNotContain("PCI_SLOT_NAME=0000:0a:00.0")
                .doesNotContain("0000:02:00.0/0000:03:00.0/nvme");
        assertThat(guest.pci().at("0000:03:00.0")).isEqualTo(before.at("0000:03:00.0"));
        assertThat(guest.pci().at("0000:0a:00.0")).isEqualTo(before.at("0000:0a:00.0"));
    }

    /** What a scene on the same machine does before the agent starts. */
    protected void prepare(Guest guest) {}

    /** What is wrong with the disk below the outer switch; empty when it holds what was written to it. */
    protected List<String> outerDiskTrouble(Guest guest) {
        return guest.patternTrouble("d0");
    }
}
