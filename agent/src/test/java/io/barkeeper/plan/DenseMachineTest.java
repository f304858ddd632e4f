package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.diagnosis.EmptySlots;
import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.testing.LargeMachine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Machines of 320 functions that are packed so densely that hundreds of release sets pass every quick check and fail on the model.
 * The slot 0000:02:00.0 is empty; below its root port are 27 other functions.
 */
class DenseMachineTest {

    private static final String RELEASE = "6.1.0-44-amd64";
    private static final PciAddress SLOT = PciAddress.parse("0000:02:00.0");
    private static final int BELOW_ONE_ROOT_PORT = 27;

    /** What a plan may ask of the model; without a bound it took a minute and a half, longer than the watchdog waits. */
    private static final int MOST_PLAYS = 4_000;

    private int plays;

    @Test
    void theRootPortIsTriedBeforeTheWholeMachineHoweverManySetsAreCheaper() {
        PlanResult result = Planner.plan(arrival(emptied(1), emptied(1), 64L << 20));

        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Feasible.class);
        Plan plan = ((PlanResult.Feasible) result).plan();
        assertThat(plan.newcomers()).containsExactly(PciAddress.parse("0000:03:00.0"));
        assertThat(plan.disturbs()).hasSizeLessThanOrEqualTo(BELOW_ONE_ROOT_PORT);
    }

    @Test
    void waysBackThatCannotBeProvenAreNotTriedWithoutEnd() {
        Topology harmed = KernelModels.forRelease(RELEASE)
                .applyAll(
                        emptied(2),
                        List.of(
                                ActionParser.parse("hotplug:" + SLOT + ":mem32=4K,none,mem64pref=256M"),
                                ActionParser.parse("unplug:" + SLOT)))
                .after();

        PlanResult result = Planner.plan(arrival(emptied(2), harmed, 512L << 30));

        assertThat(result).isInstanceOf(PlanResult.Feasible.class);
        assertThat(plays).isBetween(1, MOST_PLAYS);
    }

    private static Topology emptied(long seed) {
        KernelModel model = KernelModels.forRelease(RELEASE);
        return model.applyAll(
                        LargeMachine.unscanned(RELEASE, 320, seed),
                        List.of(ActionParser.parse("rescan"), ActionParser.parse("unplug:" + SLOT)))
                .after();
    }

    private PlanRequest arrival(Topology lastGood, Topology before, long bytes) {
        KernelModel model = new Counting(KernelModels.forRelease(RELEASE));
        Topology now = model.apply(before, new Action.Hotplug(SLOT, EmptySlots.device(bytes), false))
                .after();
        Map<PciAddress, Movability> free = new HashMap<>();
        now.functions().forEach(f -> free.put(f.address(), new Movability.Free("idle")));
        History history = History.NONE.seen(lastGood, true).seen(now, false);
        return new PlanRequest(now, history, free, model).wishing(Set.of(PciAddress.parse("0000:03:00.0")));
    }

    /** Counts what is asked. */
    private final class Counting implements KernelModel {
        private final KernelModel model;

        Counting(KernelModel model) {
            this.model = model;
        }

        @Override
        public String name() {
            return model.name();
        }

        @Override
        public Prediction apply(Topology before, Action action) {
            plays++;
            return model.apply(before, action);
        }

        @Override
        public Prediction applyAll(Topology before, List<Action> actions) {
            plays++;
            return model.applyAll(before, actions);
        }
    }
}
