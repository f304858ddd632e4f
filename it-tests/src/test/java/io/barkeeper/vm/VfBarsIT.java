package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
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
 * VF BARs that firmware did not place. A card has an NVMe controller whose 127 VF BARs fill the port's window but for the
 * controller's own BAR, and a second function with a BAR of 4 KiB that firmware put there. When both are taken out and found again,
 * kernels up to 6.12 place the VF BARs first, and the second function is dead on an unchanged machine: firmware's layout cannot be
 * had back that way. This is found on the model before anything is touched; where somebody did it all the same, the port above has
 * to go, and while that is pinned the plan is refused. With the port in the release set the card comes back whole.
 */
@Tag("thorough")
class VfBarsIT extends Scene {
    private static final String PORT = "0000:02:01.0";
    private static final String CONTROLLER = "0000:04:00.0";
    private static final String SECOND = "0000:04:00.1";
    private static final int FIRST_VF_BAR = 7;
    private static final List<String> OLDER = List.of("6.1", "6.12");

    @Override
    protected MachineSpec machine() {
        return Machines.withVirtualFunctions();
    }

    @Override
    protected void play(Guest guest) {
        boolean breaks = OLDER.contains(guest.machine().kernel().series());
        guest.writePattern("d0");
        PciState before = guest.pci();
        assertThat(before.at(SECOND).row(0).assigned()).as("4 KiB by firmware").isTrue();
        assertThat(before.at(CONTROLLER).row(FIRST_VF_BAR).assigned())
                .as("VF BARs by firmware")
                .isFalse();
        guest.agent().daemon("confirm");

        guest.recordSysfsWrites();
        JsonObject foretold = guest.agent().json("simulate", "remove:" + CONTROLLER, "remove:" + SECOND, "rescan");
        assertThat(losesSecond(foretold)).as(foretold.get("lost").toString()).isEqualTo(breaks);
        assertThat(guest.sysfsWrites()).as("writes to sysfs").isEmpty();
        assertThat(guest.pci().differencesTo(before)).isEmpty();

        guest.sh("for f in " + CONTROLLER + " " + SECOND + "; do echo 1 >/sys/bus/pci/devices/$f/remove; done;"
                + " echo 1 >/sys/bus/pci/rescan");
        assertThat(guest.pci().at(SECOND).row(0).assigned()).as("as foretold").isEqualTo(!breaks);
        if (breaks) {
            refusedWhilePinned(guest);
            GuestShell.Result applied = guest.agent().cli("apply", "--yes");
            assertThat(applied.exit()).as(applied.stdout() + applied.stderr()).isZero();
        }
        guest.await("all that was there works", () -> guest.pci().lostSince(before));

        guest.plugTestDevice("new", "sw.2", "256M");
        guest.awaitAdded("0000:05:00.0");
        guest.await("a plan", () -> Answers.exit(guest.agent().cli("apply", "--yes"), 0));
        guest.await("the newcomer works", () -> Newcomer.troubles(guest, "0000:05:00.0", 256L << 20));
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        guest.await("the disk is back", () -> guest.patternTrouble("d0"));
    }

    /** The second function cannot be helped below a port that must stay, and nothing is written to try. */
    private static void refusedWhilePinned(Guest guest) {
        assertThat(guest.agent().cli("pin", PORT).exit()).isZero();
        PciState broken = guest.pci();
        guest.recordSysfsWrites();
        guest.await("a plan refused for " + PORT, () -> refusal(guest.agent().cli("plan")));
        assertThat(guest.agent().cli("apply", "--yes").exit()).isEqualTo(4);
        assertThat(guest.sysfsWrites()).as("writes to sysfs").isEmpty();
        assertThat(guest.pci().differencesTo(broken)).isEmpty();
        assertThat(guest.agent().cli("unpin", PORT).exit()).isZero();
    }

    private static List<String> refusal(GuestShell.Result plan) {
        String said = plan.stdout() + plan.stderr();
        return plan.exit() == 4 && said.contains(PORT) ? List.of() : List.of("exit " + plan.exit() + ": " + said);
    }

    private static boolean losesSecond(JsonObject foretold) {
        for (JsonElement lost : foretold.getAsJsonArray("lost")) {
            JsonObject resource = lost.getAsJsonObject();
            if (resource.get("address").getAsString().equals(SECOND)
                    && resource.get("index").getAsInt() == 0) {
                return true;
            }
        }
        return false;
    }
}
