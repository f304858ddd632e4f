package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.machine.MachineException;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanRequest;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.plan.RandomTroubles;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans of two rounds on the simulated machine, with every fault at every step of both. */
class TwoRoundsTortureTest {

    @ParameterizedTest
    @ValueSource(longs = {8, 330, 669})
    void noFaultInEitherRoundLosesADeviceThatWorked(long seed, @TempDir Path scratch)
            throws IOException, MachineException {
        PlanRequest request = RandomTroubles.request(seed, 9).orElseThrow();
        Plan plan = ((PlanResult.Feasible) Planner.plan(request)).plan();
        assertThat(plan.rounds()).hasSize(2);
        FaultTorture torture = new FaultTorture(scratch);

        torture.play(seed, request, plan);

        assertThat(torture.failures).as(torture.toString()).isEmpty();
    }
}
