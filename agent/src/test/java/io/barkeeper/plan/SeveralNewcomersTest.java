package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Selector;
import io.barkeeper.testing.TreeBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two newcomers and an aperture that has room for one. */
class SeveralNewcomersTest {

    private static final PciAddress FIRST = PciAddress.parse("0000:01:00.0");
    private static final PciAddress SECOND = PciAddress.parse("0000:02:00.0");
    private static final int STORAGE = 0x010802;
    private static final int NETWORK = 0x020000;

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void theClassDecidesWhoGetsTheRoomAndNotTheOrderOfArrival(String release) {
        Plan plan = feasible(Planner.plan(request(release, NETWORK, STORAGE, 256, Preferences.NONE)));

        assertThat(plan.newcomers()).containsExactly(SECOND);
        assertThat(plan.leftOut()).extracting(Plan.LeftOut::address).containsExactly(FIRST);
        assertThat(plan.leftOut().get(0).why())
                .contains(SECOND.toString(), "whose class comes first", "256 MiB too small");
        assertThat(new Works(plan.predicted(), History.NONE).works(SECOND)).isTrue();
        assertThat(Explanation.of(new PlanResult.Feasible(plan))).anyMatch(l -> l.startsWith("Nothing is done for "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void theConfigurationComesBeforeTheClass(String release) {
        Preferences first =
                new Preferences(List.of(Selector.parse("0000:01:00.0").orElseThrow()), Map.of());

        Plan plan = feasible(Planner.plan(request(release, NETWORK, STORAGE, 256, first)));

        assertThat(plan.newcomers()).containsExactly(FIRST);
        assertThat(plan.leftOut().get(0).why()).contains("which the configuration puts first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "7.2.13"})
    void ofOneClassTheSmallerGetsTheRoom(String release) {
        Plan plan = feasible(Planner.plan(request(release, NETWORK, NETWORK, 128, Preferences.NONE)));

        assertThat(plan.newcomers()).containsExactly(SECOND);
        assertThat(plan.leftOut().get(0).why()).contains("which needs less");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "7.2.13"})
    void whoCanNeverBePlacedDoesNotKeepOthersFromIt(String release) {
        Plan plan = feasible(Planner.plan(request(release, STORAGE, STORAGE, 4096, Preferences.NONE)));

        assertThat(plan.newcomers()).containsExactly(FIRST);
        assertThat(plan.leftOut()).extracting(Plan.LeftOut::address).containsExactly(SECOND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "7.2.13"})
    void nobodyIsCountedForWhomNothingIsDone(String release) {
        PlanRequest both = request(release, STORAGE, STORAGE, 256, Preferences.NONE);
        Goal goal = Goal.of(both.topology(), both.history(), Set.of());

        assertThat(Certificates.find(goal, both.movability())).hasValueSatisfying(c -> {
            assertThat(c.container()).isEqualTo("the memory apertures of 0000:00 in aligned pieces of 256 MiB");
            assertThat(c.missing()).isEqualTo(256L << 20);
            assertThat(c.remedy()).startsWith("256 MiB less in 0000:01:00.0");
        });
        assertThat(Certificates.find(goal.without(Set.of(FIRST)), both.movability()))
                .isEmpty();
    }

    private static Plan feasible(PlanResult result) {
        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Feasible.class);
        return ((PlanResult.Feasible) result).plan();
    }

    private static PlanRequest request(
            String release, int firstClass, int secondClass, long secondMib, Preferences preferences) {
        Topology machine = TreeBuilder.bare(release)
                .aperture(true, 0xd00, 0xf300)
                .aperture(false, 0xc000_0000L, TreeBuilder.mib(64))
                .aperture(false, 0x1_0000_0000L, TreeBuilder.mib(256))
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .port("00:02.0", "", PortType.ROOT_PORT, 2, 2)
                .endpoint("01:00.0", "00:01.0", firstClass, PortType.ENDPOINT, "")
                .unplaced(0, ResourceKind.MEM64_PREF, TreeBuilder.mib(256))
                .endpoint("02:00.0", "00:02.0", secondClass, PortType.ENDPOINT, "")
                .unplaced(0, ResourceKind.MEM64_PREF, TreeBuilder.mib(secondMib))
                .build();
        Map<PciAddress, Movability> free = machine.functions().stream()
                .collect(Collectors.toMap(PciFunction::address, f -> new Movability.Free("idle")));
        return new PlanRequest(machine, History.NONE, free, KernelModels.forRelease(release)).preferring(preferences);
    }
}
