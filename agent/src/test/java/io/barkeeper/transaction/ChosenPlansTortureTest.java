package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.MachineException;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanRequest;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.plan.RandomTroubles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans with less usual means on the simulated machine, with every fault at every step. */
class ChosenPlansTortureTest {

    @ParameterizedTest
    @ValueSource(longs = {3284, 4111, 4628})
    void noFaultInEitherOfTwoRoundsLosesADeviceThatWorked(long seed, @TempDir Path scratch)
            throws IOException, MachineException {
        play(seed, scratch, plan -> plan.rounds().size() == 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 669})
    void noFaultLosesADeviceWhereResourceAlignmentIsWritten(long seed, @TempDir Path scratch)
            throws IOException, MachineException {
        play(seed, scratch, plan -> plan.actions().stream().anyMatch(Action.Align.class::isInstance));
    }

    @ParameterizedTest
    @ValueSource(longs = {330})
    void noFaultLosesADeviceWhereABridgeIsSizedAnew(long seed, @TempDir Path scratch)
            throws IOException, MachineException {
        play(seed, scratch, plan -> plan.actions().stream().anyMatch(Action.RescanBus.class::isInstance));
    }

    private static void play(long seed, Path scratch, Predicate<Plan> expected) throws IOException, MachineException {
        PlanRequest request = RandomTroubles.request(seed, 9).orElseThrow();
        Plan plan = ((PlanResult.Feasible) Planner.plan(request)).plan();
        assertThat(plan).as(() -> plan.actions().toString()).matches(expected);
        FaultTorture torture = new FaultTorture(scratch);

        torture.play(seed, request, plan);

        assertThat(torture.failures).as(torture.toString()).isEmpty();
    }
}
