package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;

/**
 * Two memory cards of 64 MiB, room for one, since a mounted disk holds the switch; the newcomer sits in the lower slot. A remove of
 * both ports and a rescan would give the neighbour's range to the newcomer (seen on 6.1 and 7.2), so nothing is touched.
 */
class ThiefIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.forThief();
    }

    @Override
    protected void play(Guest guest) {
        guest.mountElsewhere("d0");
        guest.agent().daemon("automatic");
        PciState before = guest.pci();
        guest.recordSysfsWrites();

        guest.machine().qmp().plugMemoryCard("new", "sw.1", "64M");
        guest.awaitAdded("0000:04:00.0");
        PciState added = guest.pci();
        assertThat(added.at("0000:04:00.0").row(2).assigned())
                .as("the newcomer's BAR 2")
                .isFalse();
        assertThat(added.lostSince(before)).isEmpty();

        guest.await("no plan", () -> Answers.exit(guest.agent().cli("plan"), 3, 4));
        GuestShell.Result applied = guest.agent().cli("apply", "--yes");
        assertThat(applied.exit()).as(applied.stdout() + applied.stderr()).isIn(3, 4);
        assertThat(guest.sysfsWrites()).as("writes to sysfs").isEmpty();
        assertThat(guest.pci().differencesTo(added)).isEmpty();
    }
}
