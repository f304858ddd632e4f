package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * A hot-add that took the I/O window from a network card in use: its I/O BAR has a size and no address, and any rescan in its scope
 * would rewrite it under the live driver. Nothing is rescanned and nothing is written, and the plan names the card; once the
 * interface is down, {@code barkeeper apply} repairs all.
 */
@Tag("thorough")
class BusyOrphanIT extends Scene {
    private static final String NIC = "0000:05:00.0";

    @Override
    protected MachineSpec machine() {
        return Machines.withNetworkCard();
    }

    @Override
    protected void play(Guest guest) {
        guest.writePattern("d0");
        String device = guest.sh("ls /sys/bus/pci/devices/" + NIC + "/net").trim();
        guest.sh("ip link set " + device + " up");
        PciState before = guest.pci();
        guest.agent().daemon("automatic");
        guest.recordSysfsWrites();

        guest.plugTestDevice("new", "sw.3", "1M");
        guest.awaitAdded("0000:06:00.0");
        PciState added = guest.pci();
        assertThat(added.at(NIC).row(2).start())
                .as("start of the card's I/O BAR")
                .isZero();
        assertThat(added.at(NIC).row(2).end()).as("end of the card's I/O BAR").isNotZero();

        guest.await(
                "a plan that is refused for " + device,
                () -> refusal(guest.agent().cli("plan"), device));
        GuestShell.Result refused = guest.agent().cli("apply", "--yes");
        assertThat(refused.exit()).as(refused.stdout() + refused.stderr()).isEqualTo(4);
        assertThat(guest.sysfsWrites()).as("writes to sysfs").isEmpty();
        assertThat(guest.pci().differencesTo(added)).isEmpty();

        guest.sh("ip link set " + device + " down");
        GuestShell.Result applied = guest.agent().cli("apply", "--yes");
        assertThat(applied.exit()).as(applied.stdout() + applied.stderr()).isZero();
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        guest.await("the newcomer works", () -> Newcomer.troubles(guest, "0000:06:00.0", 1L << 20));
        guest.await("the disk is back", () -> guest.patternTrouble("d0"));
    }

    private static List<String> refusal(GuestShell.Result plan, String device) {
        String said = plan.stdout() + plan.stderr();
        return plan.exit() == 4 && said.contains(NIC) && said.contains(device)
                ? List.of()
                : List.of("exit " + plan.exit() + ": " + said);
    }
}
