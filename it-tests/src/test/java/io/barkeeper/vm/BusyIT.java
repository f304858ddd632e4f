package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import java.util.List;

/**
 * The switch scene with a file system mounted on one disk, in a mount namespace that the agent is not in. Nothing is touched, and
 * the plan names the mount; after the unmount, {@code barkeeper apply} places all.
 */
class BusyIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch();
    }

    @Override
    protected void play(Guest guest) {
        guest.writePattern("d1");
        guest.mountElsewhere("d0");
        PciState before = guest.pci();
        guest.agent().daemon("automatic");
        guest.recordSysfsWrites();

        guest.plugTestDevice("new", "sw.3", "256M");
        guest.awaitAdded("0000:06:00.0");
        PciState added = guest.pci();
        guest.await(
                "a plan that is refused for the mount",
                () -> refusal(guest.agent().cli("plan")));
        assertThat(guest.sysfsWrites()).as("writes to sysfs").isEmpty();
        assertThat(guest.pci().differencesTo(added)).isEmpty();

        guest.unmountElsewhere();
        GuestShell.Result applied = guest.agent().cli("apply", "--yes");
        assertThat(applied.exit()).as(applied.stdout() + applied.stderr()).isZero();
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        guest.await("the newcomer works", () -> Newcomer.troubles(guest, "0000:06:00.0", 256L << 20));
        guest.await("the idle disk is back", () -> guest.patternTrouble("d1"));
        guest.await(
                "the disk that was mounted is back", () -> guest.disk("d0").isEmpty() ? List.of("no d0") : List.of());
    }

    private static List<String> refusal(GuestShell.Result plan) {
        String said = plan.stdout() + plan.stderr();
        return plan.exit() == 4 && said.contains("/mnt/data")
                ? List.of()
                : List.of("exit " + plan.exit() + ": " + said);
    }
}
