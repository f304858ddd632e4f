package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.diagnosis.Works;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.snapshot.PlanJson;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines on which the kernel finds in two rounds what it does not find in one; brute force found them. */
class SequencesTest {

    @ParameterizedTest
    @ValueSource(longs = {3284, 4111, 4628})
    void twoRoundsDoWhatOneDoesNot(long seed) {
        PlanRequest request = RandomTroubles.request(seed, 9).orElseThrow();
        Plan plan = ((PlanResult.Feasible) Planner.plan(request)).plan();

        assertThat(plan.rounds()).hasSize(2);
        assertThat(plan.rounds()).allMatch(r -> r.fallback().proven());
        assertThat(plan.predicted()).isEqualTo(plan.rounds().get(1).after());
        Works before = new Works(plan.start(), request.history());
        for (Plan.Round round : plan.rounds()) {
            Works after = new Works(round.after(), request.history());
            Works back = new Works(round.fallback().result(), request.history());
            for (PciFunction function : plan.start().functions()) {
                if (before.works(function.address())) {
                    assertThat(after.shortcoming(function.address())).isEmpty();
                    assertThat(back.shortcoming(function.address())).isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3284, 4111, 4628})
    void whoWasTakenOutInTheFirstRoundAndWorksIsLeftAloneInTheSecond(long seed) {
        PlanRequest request = RandomTroubles.request(seed, 9).orElseThrow();
        Plan plan = ((PlanResult.Feasible) Planner.plan(request)).plan();
        Plan.Round first = plan.rounds().get(0);
        Works between = new Works(first.after(), request.history());
        Set<PciAddress> busy = new HashSet<>(first.released());
        busy.removeIf(a -> first.after().get(a).isBridge() || !between.works(a));

        assertThat(plan.rounds().get(1).released()).noneMatch(busy::contains);
    }

    @ParameterizedTest
    @ValueSource(longs = {3284, 4111, 4628})
    void theDocumentHasTheStepsInOrderAndTheWayBackOfEachRound(long seed) {
        PlanResult result = Planner.plan(RandomTroubles.request(seed, 9).orElseThrow());
        Plan plan = ((PlanResult.Feasible) result).plan();

        var json = PlanJson.toJson(result);

        assertThat(json.getAsJsonArray("steps")).hasSize(plan.actions().size());
        assertThat(json.getAsJsonArray("rounds")).hasSize(2);
        assertThat(json.getAsJsonObject("fallback"))
                .isEqualTo(
                        json.getAsJsonArray("rounds").get(0).getAsJsonObject().get("fallback"));
        assertThat(Explanation.of(result)).anyMatch(l -> l.contains("Round 2"));
    }
}
