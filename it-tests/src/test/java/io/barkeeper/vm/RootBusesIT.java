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
 * Two root buses, and the same trouble on each, one after the other: a small card lies where the newcomer could be, so that one
 * neighbour must move and nothing else. The other root bus is not disturbed, and neither is the disk with a mounted file system
 * under the newcomer's own switch.
 */
@Tag("thorough")
class RootBusesIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withTwoRootBuses();
    }

    @Override
    protected void play(Guest guest) {
        Machines.wedgeSwitch(guest.machine());
        Machines.wedgeFarRootBus(guest.machine());
        guest.mountElsewhere("d0");
        guest.writeMountedPattern();
        guest.agent().daemon("automatic");
        guest.recordUevents();

        PciState before = guest.pci();
        guest.machine().qmp().plugMemoryCard("far-new", "q2", "128M");
        guest.awaitAdded("0000:43:00.0");
        guest.await("the newcomer on root bus 40 works", () -> Newcomer.troubles(guest, "0000:43:00.0", 128L << 20));
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        assertUntouched(guest, before, List.of("0000:01:00.0", "0000:03:00.0", "0000:04:00.0", "0000:05:00.0"));
        assertUntouched(guest, before, List.of("0000:40:01.0", "0000:42:00.0"));

        guest.forgetUevents();
        PciState between = guest.pci();
        guest.machine().qmp().plugMemoryCard("new", "sw.3", "128M");
        guest.awaitAdded("0000:06:00.0");
        guest.await("the newcomer on root bus 00 works", () -> Newcomer.troubles(guest, "0000:06:00.0", 128L << 20));
        guest.await("all that was there works", () -> guest.pci().lostSince(between));
        assertUntouched(guest, between, List.of("0000:41:00.0", "0000:42:00.0", "0000:43:00.0"));
        assertUntouched(guest, between, List.of("0000:01:00.0", "0000:03:00.0", "0000:05:00.0"));
        assertThat(guest.mountedPatternTrouble()).isEmpty();
    }

    private static void assertUntouched(Guest guest, PciState before, List<String> addresses) {
        String uevents = guest.uevents();
        for (String address : addresses) {
            assertThat(guest.pci().at(address)).isEqualTo(before.at(address));
            assertThat(uevents).as("uevents").doesNotContain("PCI_SLOT_NAME=" + address);
        }
    }
}
