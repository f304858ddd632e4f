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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;

/**
 * 25 NVMe controllers behind a switch. Every second one is replaced by one with a controller memory buffer of 4 MiB, each leaving a
 * hole of 2 MiB behind, until one finds no room though the holes together would be large enough. The plan makes it fit by moving one
 * neighbour.
 */
@Tag("thorough")
class ManyDisksIT extends Scene {
    private static final long BUFFER = 4L << 20;

    @Override
    protected MachineSpec machine() {
        return Machines.withManyDisks();
    }

    @Override
    protected void play(Guest guest) {
        guest.machine().qmp().unplug("filler");
        int slot = -2;
        PciState before;
        do {
            slot += 2;
            assertThat(slot).as("a slot in which the buffer finds no room").isLessThan(25);
            replace(guest, slot);
            before = guest.pci();
        } while (before.at(controller(slot)).row(2).assigned());
        String newcomer = controller(slot);
        List<Integer> neighbours = List.of(1, 3, slot + 1, 24);
        neighbours.forEach(n -> guest.writePattern("n" + n));
        System.out.println("  no room in slot " + slot);

        guest.agent().daemon("confirm");
        guest.await("a plan that disturbs one neighbour", () -> planTrouble(guest, newcomer));
        GuestShell.Result applied = guest.agent().cli("apply", "--yes");
        assertThat(applied.exit()).as(applied.stdout() + applied.stderr()).isZero();
        guest.await("the newcomer works", () -> Newcomer.troubles(guest, newcomer, BUFFER));
        PciState fragmented = before;
        guest.await("all that was there works", () -> guest.pci().lostSince(fragmented));
        neighbours.forEach(n -> guest.await("disk n" + n + " is back", () -> guest.patternTrouble("n" + n)));
    }

    private static String controller(int slot) {
        return "0000:%02x:00.0".formatted(3 + slot);
    }

    /** The controller of a slot leaves, and one with a buffer arrives; the disk stays. */
    private static void replace(Guest guest, int slot) {
        guest.machine().qmp().unplug("n" + slot);
        guest.machine()
                .qmp()
                .plug("nvme,id=c" + slot + ",serial=c" + slot + ",bus=sw." + slot + ",drive=n" + slot
                        + "-disk,cmb_size_mb=4");
        guest.awaitAdded(controller(slot));
    }

    private static List<String> planTrouble(Guest guest, String newcomer) {
        JsonObject plan = guest.agent().json("plan");
        if (!plan.has("disturbs") || !plan.get("outcome").getAsString().equals("feasible")) {
            return List.of(plan.toString());
        }
        List<String> others = new ArrayList<>(StreamSupport.stream(
                        plan.getAsJsonArray("disturbs").spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .filter(d -> d.has("driver") && "nvme".equals(d.get("driver").getAsString()))
                .map(d -> d.get("address").getAsString())
                .toList());
        others.remove(newcomer);
        return others.size() <= 1 ? List.of() : List.of("the plan disturbs " + others);
    }
}
