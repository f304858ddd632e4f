package io.barkeeper.bench;

import io.barkeeper.plan.PlanRequest;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.plan.WedgedNewcomer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The planner's answer for one newcomer at the bottom of three levels of switches, on a machine of more than 4,096 functions. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PlanBenchmark {

    /** The kernel whose model proves the plan: the oldest and the newest rules. */
    @Param({"6.1", "7.2"})
    public String release = "";

    @SuppressWarnings("NullAway.Init")
    private PlanRequest request;

    @Setup(Level.Trial)
    public void build() {
        request = WedgedNewcomer.request(release + ".0");
        if (!(Planner.plan(request) instanceof PlanResult.Feasible)) {
            throw new IllegalStateException("there is no plan for this machine on " + release);
        }
    }

    @Benchmark
    public PlanResult plan() {
        return Planner.plan(request);
    }
}
