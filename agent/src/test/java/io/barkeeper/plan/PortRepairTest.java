package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.testing.Scenes;
import io.barkeeper.testing.TreeBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hot-add failed and the card left again: its port has lost its window, and nobody is in trouble. */
class PortRepairTest {

    private static final PciAddress PORT = PciAddress.parse("0000:00:02.0");
    private static final PciAddress NEIGHBOUR = PciAddress.parse("0000:01:00.0");

    private static KernelModel model(Topology machine) {
        return KernelModels.forKernel(machine.kernel());
    }

    private static Topology after(Topology machine, String... actions) {
        List<Action> parsed = List.of(actions).stream().map(ActionParser::parse).toList();
        return model(machine).applyAll(machine, parsed).after();
    }

    private static PlanResult plan(Topology machine, Movability ofPort) {
        Map<PciAddress, Movability> movability = new HashMap<>();
        machine.functions().forEach(f -> movability.put(f.address(), new Movability.Free("idle")));
        movability.put(PORT, ofPort);
        return Planner.plan(new PlanRequest(machine, History.NONE, movability, model(machine)));
    }

    private static PlanResult plan(Topology machine) {
        return plan(machine, new Movability.Free("idle"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void anEmptyPortThatLostAWindowGetsItBack(String release) {
        Topology lost = after(Scenes.diskAndEmptyPort(release), "hotplug:00:02.0:mem32=256M", "unplug:00:02.0");
        assertThat(lost.get(PORT).resource(Resource.WINDOW_MEM).orElseThrow().isAssigned())
                .as("what a card that does not fit leaves behind")
                .isFalse();

        PlanResult result = plan(lost);

        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Feasible.class);
        Plan plan = ((PlanResult.Feasible) result).plan();
        PciFunction port = plan.predicted().get(PORT);
        assertThat(port.resource(Resource.WINDOW_MEM).orElseThrow().isAssigned())
                .isTrue();
        assertThat(plan.newcomers()).isEmpty();
        assertThat(plan.ports()).containsExactly(PORT);
        assertThat(plan.rounds()).allMatch(r -> !r.released().contains(NEIGHBOUR));
        assertThat(plan.fallback().proven()).isTrue();
        assertThat(Explanation.of(result).get(0)).contains("opens windows of the empty hot-plug port 0000:00:02.0");
    }

    @Test
    void aWindowThatIsClosedInHardwareIsOpened() {
        Topology closed = TreeBuilder.bare("6.12.107")
                .aperture(false, 0xc000_0000L, TreeBuilder.mib(64))
                .port("00:02.0", "", PortType.ROOT_PORT, 2, 2)
                .windowClosedInHardware(ResourceKind.WINDOW_MEM, 0xc040_0000L, TreeBuilder.mib(2))
                .build();

        PlanResult result = plan(closed);

        assertThat(result).isInstanceOf(PlanResult.Feasible.class);
        assertThat(((PlanResult.Feasible) result).plan().ports()).containsExactly(PORT);
    }

    @Test
    void nothingIsDoneWhereEveryPortHasItsWindows() {
        assertThat(plan(Scenes.diskAndEmptyPort("7.2.13"))).isInstanceOf(PlanResult.NothingToDo.class);
    }

    @Test
    void noDeviceIsTakenOutForAPortThatIsEmpty() {
        Topology full = TreeBuilder.bare("6.12.107")
                .aperture(false, 0xc000_0000L, TreeBuilder.mib(2))
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .window(ResourceKind.WINDOW_MEM, 0xc000_0000L, TreeBuilder.mib(2))
                .nvme("01:00.0", "00:01.0", 0xc000_0000L)
                .port("00:02.0", "", PortType.ROOT_PORT, 2, 2)
                .build();

        assertThat(plan(full)).isInstanceOf(PlanResult.NothingToDo.class);
    }

    @Test
    void aPortThatIsPinnedStaysAsItIs() {
        Topology lost = after(Scenes.diskAndEmptyPort("6.12.107"), "hotplug:00:02.0:mem32=256M", "unplug:00:02.0");

        assertThat(plan(lost, new Movability.Pinned("pinned by hand"))).isInstanceOf(PlanResult.NothingToDo.class);
    }
}
