package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import java.util.List;

/**
 * The switch scene in {@code observe} mode: the plan is in the log and in {@code barkeeper plan}, {@code apply} is refused, and
 * nobody writes to sysfs.
 */
class ObserveIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch();
    }

    @Override
    protected void play(Guest guest) {
        guest.recordSysfsWrites();
        guest.agent().daemon("observe");

        guest.plugTestDevice("new", "sw.3", "256M");
        guest.awaitAdded("0000:06:00.0");
        PciState added = guest.pci();

        guest.await("a feasible plan", () -> {
            JsonObject plan = guest.agent().json("plan");
            return plan.has("outcome") && plan.get("outcome").getAsString().equals("feasible")
                    ? List.of()
                    : List.of(plan.toString());
        });
        guest.await(
                "the plan is in the log",
                () -> guest.agent().daemonLog().contains("remove:0000:")
                        ? List.of()
                        : List.of("no step 'remove:…' in the daemon's log"));
        GuestShell.Result applied = guest.agent().cli("apply", "--yes");
        assertThat(applied.exit()).as(applied.stdout() + applied.stderr()).isEqualTo(4);
        assertThat(applied.stdout() + applied.stderr()).contains("mode");
        assertThat(guest.sysfsWrites()).as("writes to sysfs").isEmpty();
        assertThat(guest.pci().differencesTo(added)).isEmpty();
    }
}
