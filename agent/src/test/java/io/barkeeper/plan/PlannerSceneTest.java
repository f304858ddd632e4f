package io.barkeeper.plan;

import static io.barkeeper.testing.Scenes.FIRST_DISK;
import static io.barkeeper.testing.Scenes.NEIGHBOUR;
import static io.barkeeper.testing.Scenes.NEWCOMER;
import static io.barkeeper.testing.Scenes.ROOT_PORT;
import static io.barkeeper.testing.Scenes.SECOND_DISK;
import static io.barkeeper.testing.Scenes.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.diagnosis.Diagnosis;
import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Policy;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Usage;
import io.barkeeper.testing.Scenes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scenes of the lab, planned on the model of each kernel. */
class PlannerSceneTest {

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void theRootPortIsReleasedWhenTheSwitchHasNoRoom(String release) {
        PlanResult result = Planner.plan(request(release, idle()));

        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Feasible.class);
        Plan plan = ((PlanResult.Feasible) result).plan();
        assertThat(plan.newcomers()).containsExactly(NEIGHBOUR, NEWCOMER);
        assertThat(plan.rounds()).hasSize(1);
        assertThat(plan.rounds().get(0).released()).startsWith(ROOT_PORT, UPSTREAM);
        assertThat(plan.actions()).contains(new Action.Unbind(FIRST_DISK), new Action.Remove(ROOT_PORT));
        assertThat(plan.actions().get(plan.actions().size() - 1))
                .isEqualTo(new Action.Rescan(PciAddress.parse("0000:00:00.0")));
        assertThat(plan.fallback().proven()).isTrue();
        everythingWorks(plan.predicted(), plan.start(), history(release));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void noStepWritesConfigSpaceUnderLockdown(String release) {
        PlanRequest open = request(release, idle());
        PlanResult result =
                Planner.plan(new PlanRequest(open.topology(), open.history(), open.movability(), open.model())
                        .withConfigWritable(false));

        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Feasible.class);
        assertThat(((PlanResult.Feasible) result).plan().actions())
                .noneMatch(a -> a instanceof Action.Decode || a instanceof Action.Window);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void aMountedDiskIsNamedWithWhatWouldLiftIt(String release) {
        Map<PciAddress, List<Holder>> held = new HashMap<>(idle());
        held.put(SECOND_DISK, List.of(new Holder(Holder.Kind.MOUNT, "/mnt", "nvme1n1")));

        PlanResult result = Planner.plan(request(release, held));

        assertThat(result).isInstanceOf(PlanResult.Refused.class);
        PlanResult.Refused refused = (PlanResult.Refused) result;
        assertThat(refused.obstacles()).singleElement().satisfies(o -> {
            assertThat(o.address()).isEqualTo(SECOND_DISK);
            assertThat(o.why()).contains("mounted on /mnt");
            assertThat(o.remedy()).isEqualTo("umount /mnt (0000:04:00.0, nvme1n1)");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void theSameQuestionGetsTheSamePlan(String release) {
        PlanResult first = Planner.plan(request(release, idle()));
        PlanResult second = Planner.plan(request(release, idle()));

        assertThat(second).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "7.2.13"})
    void nothingIsDoneWhenEverythingIsPlaced(String release) {
        Topology before = Scenes.switchBefore(release);
        PlanResult result = Planner.plan(new PlanRequest(before, History.NONE, judge(before, idle()), model(release)));

        assertThat(result).isInstanceOf(PlanResult.NothingToDo.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "7.2.13"})
    void aPlanHoldsOnlyForTheMachineItWasMadeFor(String release) {
        Plan plan = ((PlanResult.Feasible) Planner.plan(request(release, idle()))).plan();

        assertThat(PlanCheck.stillValid(plan, plan.start())).isTrue();
        assertThat(PlanCheck.differences(plan, Scenes.switchBefore(release)))
                .anyMatch(d -> d.equals("0000:06:00.0 is not there any more"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void onlyTheInnerSwitchIsReleasedWhenTheOuterWindowHasRoom(String release) {
        Topology after = Scenes.innerSwitchAfter(release);
        PlanResult result = plan(release, Scenes.innerSwitchBefore(release), after, held("03:00.0", "06:00.0"));

        Plan plan = feasible(result);
        assertThat(plan.rounds().get(0).released())
                .contains(PciAddress.parse("0000:02:01.0"))
                .noneMatch(a -> after.isAtOrBelow(a, PciAddress.parse("0000:02:00.0")))
                .doesNotContain(UPSTREAM, ROOT_PORT, PciAddress.parse("0000:00:02.0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void aBusyDiskUnderTheSameRootPortIsLeftAlone(String release) {
        Topology after = Scenes.innerSwitchAfter(release);
        Map<PciAddress, List<Holder>> held = new HashMap<>(held("06:00.0"));
        held.put(FIRST_DISK, List.of(new Holder(Holder.Kind.MOUNT, "/srv", "nvme0n1")));
        PlanResult result = plan(release, Scenes.innerSwitchBefore(release), after, held);

        assertThat(feasible(result).rounds().get(0).released()).doesNotContain(FIRST_DISK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void aNewcomerThatWouldTakeItsNeighboursRangeIsRefused(String release) {
        Topology after = Scenes.thiefAfter(release);
        Map<PciAddress, List<Holder>> held = new HashMap<>(held("06:00.0"));
        held.put(FIRST_DISK, List.of(new Holder(Holder.Kind.MOUNT, "/srv", "nvme0n1")));
        PlanResult result = plan(release, after, after, held);

        assertThat(result).isInstanceOf(PlanResult.Refused.class);
        assertThat(((PlanResult.Refused) result).obstacles())
                .extracting(PlanResult.Obstacle::address)
                .containsExactly(FIRST_DISK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void aBarLargerThanAnyApertureIsCertifiedImpossible(String release) {
        Topology after = Scenes.noRoom(release);
        PlanResult result = plan(release, after, after, held("03:00.0", "04:00.0"));

        assertThat(result).isInstanceOf(PlanResult.Infeasible.class);
        Certificate certificate = ((PlanResult.Infeasible) result).certificate();
        assertThat(certificate.container()).isEqualTo("aperture mem 0x100000000-0x8ffffffff of 0000:00");
        assertThat(certificate.missing()).isEqualTo(32L << 30);
        assertThat(Explanation.of(result)).anyMatch(l -> l.contains("(34359738368 bytes) are missing"));
    }

    private static PlanResult plan(
            String release, Topology before, Topology after, Map<PciAddress, List<Holder>> held) {
        return Planner.plan(
                new PlanRequest(after, History.NONE.seen(before, true), judge(after, held), model(release)));
    }

    private static Plan feasible(PlanResult result) {
        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Feasible.class);
        return ((PlanResult.Feasible) result).plan();
    }

    private static Map<PciAddress, List<Holder>> held(String... idle) {
        Map<PciAddress, List<Holder>> held = new HashMap<>();
        for (String address : idle) {
            held.put(PciAddress.parse(address), List.of());
        }
        return held;
    }

    private static void everythingWorks(Topology after, Topology start, History history) {
        Works works = new Works(after, history);
        for (PciFunction function : start.functions()) {
            assertThat(works.shortcoming(function.address())).isEmpty();
        }
        assertThat(Diagnosis.examine(after, history)).noneMatch(Trouble::isHarm);
    }

    private static PlanRequest request(String release, Map<PciAddress, List<Holder>> held) {
        Topology after = Scenes.switchAfter(release);
        return new PlanRequest(after, history(release), judge(after, held), model(release));
    }

    private static Map<PciAddress, List<Holder>> idle() {
        return Map.of(FIRST_DISK, List.of(), SECOND_DISK, List.of());
    }

    private static Map<PciAddress, Movability> judge(Topology topology, Map<PciAddress, List<Holder>> held) {
        return Policy.judge(topology, new Usage(held), PolicyRules.NONE);
    }

    private static History history(String release) {
        return History.NONE.seen(Scenes.switchBefore(release), true);
    }

    private static KernelModel model(String release) {
        return KernelModels.forRelease(release);
    }
}
