package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.control.PlanWish;
import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.pci.PciFunction;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** On the machine of this seed a release does it, and no way back is proven for the case that the newcomer does not answer. */
class AcceptedRiskTest {

    private static final long SEED = 119;
    private static final int MOST_FUNCTIONS = 40;

    private final PlanRequest request =
            RandomTroubles.request(SEED, MOST_FUNCTIONS).orElseThrow();

    @Test
    void aPlanWithoutAProvenWayBackIsRefusedAndTheRefusalNamesTheRisk() {
        PlanResult result = Planner.plan(request);

        assertThat(result).isInstanceOf(PlanResult.Refused.class);
        assertThat(((PlanResult.Refused) result).obstacles()).anySatisfy(o -> {
            assertThat(o.why()).contains("way back is not proven", "0000:18:00.0 BAR 2");
            assertThat(o.remedy()).contains("--accept-risk no-fallback");
        });
    }

    @Test
    void whoAcceptsTheRiskGetsThePlanMarkedAsUnproven() {
        PlanResult result = Planner.plan(accepting(PlanRequest.NO_FALLBACK));

        assertThat(result).isInstanceOf(PlanResult.Feasible.class);
        Plan plan = ((PlanResult.Feasible) result).plan();
        assertThat(plan.fallback().proven()).isFalse();
        assertThat(plan.fallback().steps()).isNotEmpty();
        assertThat(Explanation.of(result)).anySatisfy(line -> assertThat(line).contains("no proven way back"));
        History history = request.history().seen(request.topology(), false);
        Works before = new Works(request.topology(), history);
        Works after = new Works(plan.predicted(), history);
        for (PciFunction function : request.topology().functions()) {
            if (before.works(function.address())) {
                assertThat(after.shortcoming(function.address())).isEmpty();
            }
        }
    }

    @Test
    void aRiskThatNoPlanTakesIsAnErrorThatNamesTheKnownOnes() {
        assertThat(PlanWish.unknownRisk(Set.of(PlanRequest.NO_FALLBACK))).isEmpty();
        assertThat(PlanWish.unknownRisk(Set.of("luck")).orElseThrow()).contains("'luck'", PlanRequest.NO_FALLBACK);
    }

    private PlanRequest accepting(String risk) {
        return request.acceptingRisks(Set.of(risk));
    }
}
