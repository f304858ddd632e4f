package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import java.util.List;

/** A BAR larger than any aperture of the host bridge (64 GiB; the widest has 32). The plan says which one lacks how many bytes. */
class NoRoomIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withRootPort();
    }

    @Override
    protected void play(Guest guest) {
        guest.agent().daemon("automatic");
        guest.recordSysfsWrites();

        guest.plugTestDevice("new", "rp", "64G");
        guest.awaitAdded("0000:01:00.0");
        PciState added = guest.pci();
        assertThat(added.at("0000:01:00.0").row(2).assigned()).as("BAR 2").isFalse();

        guest.await("no plan exists", () -> Answers.exit(guest.agent().cli("plan"), 3));
        GuestShell.Result plan = guest.agent().cli("plan");
        assertThat(plan.stdout() + plan.stderr()).contains("0x100000000");
        assertThat(guest.agent().json("plan").get("outcome").getAsString()).isEqualTo("infeasible");
        guest.await("the failure is counted", () -> counted(guest.agent().metrics()));
        assertThat(guest.sysfsWrites()).as("writes to sysfs").isEmpty();
        assertThat(guest.pci().differencesTo(added)).isEmpty();
    }

    private static List<String> counted(String metrics) {
        List<String> series = metrics.lines()
                .filter(line -> line.startsWith("barkeeper_allocation_failures_total{"))
                .toList();
        return series.stream().anyMatch(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))) > 0)
                ? List.of()
                : List.of("no positive barkeeper_allocation_failures_total in " + series);
    }
}
