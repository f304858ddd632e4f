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
import org.junit.jupiter.api.Tag;

/**
 * Two newcomers of 128 MiB and room for one, since a mounted disk holds the switch. The plan places the one whose address comes
 * first, although it arrived second, and says why the other was left out.
 */
@Tag("thorough")
class TwoNewcomersIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withTwoEmptyPorts();
    }

    @Override
    protected void play(Guest guest) {
        Machines.wedgeSwitch(guest.machine());
        guest.mountElsewhere("d0");
        guest.writeMountedPattern();
        PciState before = guest.pci();
        guest.agent().daemon("confirm");

        guest.machine().qmp().plugMemoryCard("first", "sw.4", "128M");
        guest.awaitAdded("0000:07:00.0");
        guest.machine().qmp().plugMemoryCard("second", "sw.3", "128M");
        guest.awaitAdded("0000:06:00.0");
        PciState added = guest.pci();
        assertThat(added.at("0000:06:00.0").row(2).assigned())
                .as("06:00.0 BAR 2")
                .isFalse();
        assertThat(added.at("0000:07:00.0").row(2).assigned())
                .as("07:00.0 BAR 2")
                .isFalse();

        guest.await("a plan for one, which names the other", () -> planTrouble(guest));
        GuestShell.Result applied = guest.agent().cli("apply", "--yes");
        assertThat(applied.exit()).as(applied.stdout() + applied.stderr()).isZero();
        guest.await("the one newcomer works", () -> Newcomer.troubles(guest, "0000:06:00.0", 128L << 20));
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        assertThat(guest.pci().at("0000:07:00.0").row(2).assigned())
                .as("BAR 2 of the one left out")
                .isFalse();
        assertThat(guest.pci().at("0000:03:00.0")).isEqualTo(before.at("0000:03:00.0"));
        assertThat(guest.mountedPatternTrouble()).isEmpty();
    }

    private static List<String> planTrouble(Guest guest) {
        JsonObject plan = guest.agent().json("plan");
        boolean right = plan.has("leftOut")
                && plan.getAsJsonArray("newcomers").toString().equals("[\"0000:06:00.0\"]")
                && plan.getAsJsonArray("leftOut").toString().contains("0000:07:00.0");
        return right ? List.of() : List.of(plan.toString());
    }
}
