package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.barkeeper.diagnosis.EmptySlots;
import io.barkeeper.diagnosis.Forecast;
import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.kernel.ActionSyntaxException;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.snapshot.PlanJson;
import io.barkeeper.testing.Scenes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Port 0000:02:03.0 of the switch is empty; its switch has 58 MiB left and an I/O window that is full. */
class ReserveTest {

    private static final PciAddress EMPTY_PORT = PciAddress.parse("0000:02:03.0");

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void aHotAddThatWouldHarmNeighboursIsForeseen(String release) {
        List<Trouble> warnings = forecast(Scenes.switchBefore(release));

        assertThat(warnings).singleElement().satisfies(w -> {
            assertThat(w.severity()).isEqualTo(Trouble.Severity.WARNING);
            assertThat(w.address()).isEqualTo(EMPTY_PORT);
            assertThat(w.why()).contains("would close windows of a live neighbour", "0000:05:00.0", "--reserve");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.9"})
    void roomForALargeDeviceIsMadeInAQuietTime(String release) {
        PlanResult result = Planner.plan(request(Scenes.switchBefore(release), "0000:02:03.0=256M"));

        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Feasible.class);
        Plan plan = ((PlanResult.Feasible) result).plan();
        Goal after = Goal.of(plan.predicted(), History.NONE, Set.of());
        assertThat(Reserve.parse("0000:02:03.0=256M")
                        .missingIn(after, KernelModels.forRelease(release), plan.predicted()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "7.2.13"})
    void roomForAnIoBarPreventsTheHarm(String release) {
        PlanResult result = Planner.plan(request(Scenes.switchBefore(release), "0000:02:03.0=mem32=4K,io=256"));

        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Feasible.class);
        Topology later = ((PlanResult.Feasible) result).plan().predicted();
        assertThat(forecast(later)).noneMatch(w -> w.why().contains("I/O BAR"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "7.2.13"})
    void nothingIsDoneForWhatFitsAnyhow(String release) {
        PlanResult result = Planner.plan(request(Scenes.switchBefore(release), "0000:02:03.0=1M"));

        assertThat(result)
                .as(() -> String.join("\n", Explanation.of(result)))
                .isNotInstanceOf(PlanResult.Infeasible.class);
    }

    @Test
    void aWishIsListedAsAWishAndNotAsANewcomer() {
        PlanRequest request = request(Scenes.switchBefore("6.12.107"), "0000:02:03.0=256M");

        JsonObject json = PlanJson.toJson(Planner.plan(request), request.reserves());

        assertThat(json.getAsJsonArray("newcomers")).isEmpty();
        assertThat(json.getAsJsonArray("reserves")).singleElement().satisfies(r -> {
            assertThat(r.getAsJsonObject().get("port").getAsString()).isEqualTo("0000:02:03.0");
            assertThat(r.getAsJsonObject().get("device").getAsString()).contains("mem64pref=256M");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "7.2.13"})
    void anOccupiedPortIsNamed(String release) {
        PlanResult result = Planner.plan(request(Scenes.switchBefore(release), "0000:02:02.0=1M"));

        assertThat(result).isInstanceOf(PlanResult.Refused.class);
        assertThat(((PlanResult.Refused) result).obstacles().get(0).why()).contains("no empty hot-plug port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107"})
    void roomThatWasMadeShowsInTheHeadroomOfThePort(String release) {
        Topology before = Scenes.switchBefore(release);
        Topology after = ((PlanResult.Feasible) Planner.plan(request(before, "0000:02:03.0=256M")))
                .plan()
                .predicted();

        assertThat(headroom(after)).isGreaterThanOrEqualTo(256L << 20);
        assertThat(headroom(before)).isLessThan(headroom(after));
    }

    private static long headroom(Topology machine) {
        return EmptySlots.headroom(
                        machine,
                        History.NONE,
                        KernelModels.forRelease(machine.kernel().release()),
                        1)
                .get(0)
                .largest()
                .orElse(0);
    }

    @Test
    void whatIsNoReserveIsRefusedWithAnExample() {
        assertThatThrownBy(() -> Reserve.parse("256M"))
                .isInstanceOf(ActionSyntaxException.class)
                .hasMessageContaining("0000:02:03.0=256M");
    }

    private static List<Trouble> forecast(Topology machine) {
        return Forecast.of(
                machine, History.NONE, KernelModels.forRelease(machine.kernel().release()));
    }

    private static PlanRequest request(Topology machine, String reserve) {
        Map<PciAddress, Movability> free = machine.functions().stream()
                .collect(Collectors.toMap(PciFunction::address, f -> new Movability.Free("idle")));
        return new PlanRequest(
                        machine,
                        History.NONE,
                        free,
                        KernelModels.forRelease(machine.kernel().release()))
                .reserving(List.of(Reserve.parse(reserve)));
    }
}
