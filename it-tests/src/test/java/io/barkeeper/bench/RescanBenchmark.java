package io.barkeeper.bench;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.Topology;
import io.barkeeper.testing.LargeMachine;
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

/** The kernel model's answer to {@code echo 1 > /sys/bus/pci/rescan} on machines of different sizes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class RescanBenchmark {

    /** The kernel whose model answers: the oldest and the newest rules. */
    @Param({"6.1", "7.2"})
    public String release = "";

    @Param({"64", "256", "1024", "4096", "16384"})
    public int functions;

    @Param("1")
    public long seed;

    private final Action rescan = new Action.RescanAll();

    @SuppressWarnings("NullAway.Init")
    private KernelModel model;

    @SuppressWarnings("NullAway.Init")
    private Topology unscanned;

    @SuppressWarnings("NullAway.Init")
    private Topology settled;

    @Setup(Level.Trial)
    public void build() {
        model = KernelModels.forRelease(release + ".0");
        unscanned = LargeMachine.unscanned(release + ".0", functions, seed);
        settled = model.apply(unscanned, rescan).after();
    }

    /** Everything has its place, but what found none is tried again. */
    @Benchmark
    public Prediction settled() {
        return model.apply(settled, rescan);
    }

    /** Nothing is known yet: every function is found, every window sized, every BAR placed. */
    @Benchmark
    public Prediction everything() {
        return model.apply(unscanned, rescan);
    }
}
