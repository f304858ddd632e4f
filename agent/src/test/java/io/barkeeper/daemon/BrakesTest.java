package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.barkeeper.hotplug.Uevent;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.snapshot.SnapshotJson;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrakesTest {

    private static final PciAddress DISK = PciAddress.parse("0000:03:00.0");

    @TempDir
    Path folder = Path.of("");

    private Topology machine;
    private Plan plan;

    @BeforeEach
    void read() throws Exception {
        try (var in = new InputStreamReader(
                Objects.requireNonNull(BrakesTest.class.getResourceAsStream("/snapshots/switch-7.2.json")),
                StandardCharsets.UTF_8)) {
            machine = SnapshotJson.fromJson(JsonParser.parseReader(in));
        }
        plan = new Plan(
                "0123456789ab",
                List.of(DISK),
                List.of(),
                List.of(new Plan.Round(List.of(DISK), List.of(), machine, new Plan.Fallback(true, List.of(), machine))),
                machine,
                machine,
                List.of(),
                List.of());
    }

    @Test
    void theSamePlanIsNotRunAgainByADaemonThatWasKilledInIt() {
        BootMemory memory = BootMemory.load(folder, "boot");
        Brakes brakes = new Brakes(memory.brakes(), memory::brakes);
        assertThat(brakes.objection(plan)).isEmpty();
        brakes.begins(plan);

        BootMemory next = BootMemory.load(folder, "boot");

        assertThat(new Brakes(next.brakes(), next::brakes).objection(plan)).isPresent();
        BootMemory otherBoot = BootMemory.load(folder, "another");
        assertThat(new Brakes(otherBoot.brakes(), otherBoot::brakes).objection(plan))
                .isEmpty();
    }

    @Test
    void aDeviceThatLeftMayBeTriedAgain() {
        Brakes brakes = new Brakes(Brakes.Marks.NONE, m -> {});
        brakes.begins(plan);
        brakes.fails(plan);
        brakes.look(machine);
        assertThat(brakes.objection(plan)).isPresent();

        brakes.look(machine.with(
                machine.functions().stream()
                        .filter(f -> !f.address().equals(DISK))
                        .toList(),
                machine.detached()));

        assertThat(brakes.objection(plan)).isEmpty();
    }

    @Test
    void aPortInErrorRecoveryHoldsThePlansAroundItUp() {
        ErrorRecoveries recoveries = new ErrorRecoveries();
        recoveries.heard(event("change", "0000:02:00.0", "BEGIN_RECOVERY"));
        assertThat(recoveries.objection(plan).orElse("")).contains("0000:02:00.0");

        recoveries.heard(event("change", "0000:02:00.0", "SUCCESSFUL_RECOVERY"));
        assertThat(recoveries.objection(plan)).isEmpty();

        recoveries.heard(event("change", "0000:02:03.0", "BEGIN_RECOVERY"));
        assertThat(recoveries.objection(plan)).as("another branch").isEmpty();
    }

    private static Uevent event(String action, String address, String error) {
        return new Uevent(
                action,
                "/devices/pci0000:00/" + address,
                Map.of("SUBSYSTEM", "pci", "PCI_SLOT_NAME", address, "ERROR_EVENT", error));
    }
}
