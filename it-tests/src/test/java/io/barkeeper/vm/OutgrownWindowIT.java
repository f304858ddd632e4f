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
 * A card of 128 MiB was replaced by one of 16 MiB, and its port kept the window; now a device with 128 MiB arrives in the port beside
 * it. Configuration space cannot be written, as under Secure Boot, so the window's registers cannot be closed. The agent makes the
 * kernel forget the old size through {@code resource_alignment} and puts that back; a mounted disk on the switch stays as it is.
 */
@Tag("thorough")
class OutgrownWindowIT extends Scene {
    private static final String LITTLE = "0000:06:00.0";
    private static final String NEWCOMER = "0000:07:00.0";

    @Override
    protected MachineSpec machine() {
        return Machines.withTwoEmptyPorts().kernelWords("lockdown=integrity");
    }

    /** Later kernels do not take an old size of a memory window for a floor. */
    @Override
    protected boolean playsOn(String series) {
        return series.equals("6.1") || series.equals("6.12");
    }

    @Override
    protected void play(Guest guest) {
        assertThat(guest.sh("cat /sys/kernel/security/lockdown")).contains("[integrity]");
        guest.mountElsewhere("d0");
        guest.writeMountedPattern();
        guest.machine().qmp().unplug("filler");
        guest.machine().qmp().plugMemoryCard("little", "sw.3", "16M");
        guest.awaitAdded(LITTLE);
        PciState before = guest.pci();
        assertThat(before.missing(before.at(LITTLE), 2, 16L << 20)).isEmpty();
        guest.agent().daemon("confirm");

        guest.machine().qmp().plugMemoryCard("new", "sw.4", "128M");
        guest.awaitAdded(NEWCOMER);
        assertThat(guest.pci().at(NEWCOMER).row(2).assigned()).as("its BAR 2").isFalse();

        guest.await("a plan that writes resource_alignment", () -> planTrouble(guest));
        GuestShell.Result applied = guest.agent().cli("apply", "--yes");
        assertThat(applied.exit()).as(applied.stdout() + applied.stderr()).isZero();
        guest.await("the newcomer works", () -> Newcomer.troubles(guest, NEWCOMER, 128L << 20));
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        assertThat(guest.sh("cat /sys/bus/pci/resource_alignment").trim())
                .as("resource_alignment afterwards")
                .isEmpty();
        assertThat(guest.pci().at("0000:03:00.0")).isEqualTo(before.at("0000:03:00.0"));
        assertThat(guest.mountedPatternTrouble()).isEmpty();
    }

    private static List<String> planTrouble(Guest guest) {
        JsonObject plan = guest.agent().json("plan");
        boolean right =
                plan.has("steps") && plan.getAsJsonArray("steps").toString().contains("\"align:0000:02:03.0");
        return right ? List.of() : List.of(plan.toString());
    }
}
