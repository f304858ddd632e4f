package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Qmp;
import io.barkeeper.lab.Scene;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * A card with a bridge on it, and a device behind that, arrives as a whole: first in a root port with bus numbers to spare, where
 * the kernel places all of it and the model says the same; then below a switch whose ports have one bus number each, where the bridge
 * gets none, and what is missing is told.
 */
@Tag("thorough")
class WholeCardIT extends Scene {
    /** On the bus below the card's bridge. */
    private static final String BEHIND = "0000:06:01.0";

    private static final long SMALL = 32L << 20;
    private static final long LARGE = 64L << 20;

    /** The standard hot-plug controller on QEMU's bridge stays without a driver, which would oops where the bridge has no bus. */
    @Override
    protected MachineSpec machine() {
        return new MachineSpec("whole-card")
                .kernelWords("initcall_blacklist=shpcd_init")
                .rootPort("rp")
                .pcieSwitch("sw", "rp", 2)
                .nvme("d0", "sw.0")
                .rootPort("wide", "bus-reserve=4");
    }

    @Override
    protected void play(Guest guest) {
        guest.writePattern("d0");
        PciState before = guest.pci();
        guest.agent().daemon("confirm");

        plugCard(guest.machine().qmp(), "one", "wide");
        guest.awaitAdded("0000:05:00.0");
        guest.await("function 0 works", () -> Newcomer.troubles(guest, "0000:05:00.0", SMALL));
        // Without a driver below it nobody lets the bridge decode yet; that is its driver's to do.
        guest.await("the device behind the card's bridge has its addresses", () -> addressTroubles(guest));
        guest.await("nothing is in trouble", () -> healthTroubles(guest));
        assertThat(guest.agent().metrics())
                .as("nothing went otherwise than the model says")
                .contains("barkeeper_predictions_total{result=\"miss\"} 0.0");

        plugCard(guest.machine().qmp(), "two", "sw.1");
        guest.awaitAdded("0000:04:00.0");
        guest.await("the missing bus number is told", () -> busTroubles(guest));
        GuestShell.Result plan = guest.agent().cli("plan");
        assertThat(plan.stdout() + plan.stderr()).contains("0000:04:00.1", "bus number");
        assertThat(plan.exit()).as(plan.stdout() + plan.stderr()).isIn(0, 3, 4);
        assertThat(guest.pci().lostSince(before)).isEmpty();
        assertThat(guest.patternTrouble("d0")).isEmpty();
    }

    /** Function 0 comes last: with it QEMU shows the whole slot to the guest. */
    private static void plugCard(Qmp qmp, String id, String slot) {
        qmp.plug("pcie-pci-bridge,id=" + id + ",bus=" + slot + ",addr=0.1");
        qmp.plug("pci-testdev,id=" + id + "-behind,bus=" + id + ",addr=1,membar=" + LARGE);
        qmp.plug("pci-testdev,id=" + id + "-first,bus=" + slot + ",addr=0.0,multifunction=on,membar=" + SMALL);
    }

    private static List<String> addressTroubles(Guest guest) {
        PciState now = guest.pci();
        boolean placed = now.has(BEHIND)
                && now.at(BEHIND).row(0).assigned()
                && now.at(BEHIND).row(2).assigned()
                && now.at(BEHIND).row(2).size() == LARGE;
        return placed ? List.of() : List.of(now.has(BEHIND) ? now.at(BEHIND).toString() : BEHIND + " is not there");
    }

    private static List<String> healthTroubles(Guest guest) {
        GuestShell.Result check = guest.agent().cli("check");
        return check.exit() == 0 ? List.of() : List.of("exit " + check.exit() + ": " + check.stdout() + check.stderr());
    }

    private static List<String> busTroubles(Guest guest) {
        GuestShell.Result check = guest.agent().cli("check");
        boolean told = check.exit() == 10
                && check.stdout().contains("0000:04:00.1")
                && check.stdout().contains("bus number");
        return told ? List.of() : List.of("exit " + check.exit() + ": " + check.stdout() + check.stderr());
    }
}
