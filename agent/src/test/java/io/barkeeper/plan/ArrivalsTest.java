package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.diagnosis.EmptySlots;
import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.testing.Scenes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Port 0000:02:03.0 of the switch is empty; beside it are two disks and a card. */
class ArrivalsTest {

    private static final PciAddress EMPTY_PORT = PciAddress.parse("0000:02:03.0");

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.9", "7.2.13"})
    void movingOthersMakesRoomForMore(String release) {
        Arrivals.Slot slot = slot(release, new Movability.Free("idle"));

        Arrivals.Moved moved = slot.moved().orElseThrow();
        assertThat(moved.devices()).isBetween(1, 3);
        assertThat(slot.atOnce().orElse(0)).isLessThan(moved.bytes());
        assertThat(planFor(release, moved.bytes())).isInstanceOf(PlanResult.Feasible.class);
        assertThat(planFor(release, 2 * moved.bytes())).isNotInstanceOf(PlanResult.Feasible.class);
    }

    @Test
    void whereNobodyMayMoveOnlyWhatFitsAtOnceIsTold() {
        Arrivals.Slot slot = slot("6.1.0-44-amd64", new Movability.Busy(List.of(), "mounted"));

        assertThat(slot.atOnce()).hasValue(32 << 20);
        assertThat(slot.moved()).isEmpty();
    }

    @Test
    void noPlansAreMadeForPortsBeyondTheMost() {
        assertThat(Arrivals.of(request("6.1.0-44-amd64", new Movability.Free("idle")), 0))
                .isEmpty();
    }

    private static Arrivals.Slot slot(String release, Movability movability) {
        List<Arrivals.Slot> slots = Arrivals.of(request(release, movability), 8);
        assertThat(slots).singleElement().satisfies(s -> assertThat(s.port()).isEqualTo(EMPTY_PORT));
        return slots.get(0);
    }

    private static PlanResult planFor(String release, long bytes) {
        PlanRequest now = request(release, new Movability.Free("idle"));
        Topology then = now.model()
                .apply(now.topology(), new Action.Hotplug(EMPTY_PORT, EmptySlots.device(bytes), false))
                .after();
        return Planner.plan(request(then, new Movability.Free("idle")));
    }

    private static PlanRequest request(String release, Movability movability) {
        return request(Scenes.switchBefore(release), movability);
    }

    private static PlanRequest request(Topology machine, Movability movability) {
        Map<PciAddress, Movability> all = new HashMap<>();
        machine.functions().forEach(f -> all.put(f.address(), movability));
        return new PlanRequest(
                machine,
                History.NONE,
                all,
                KernelModels.forRelease(machine.kernel().release()));
    }
}
