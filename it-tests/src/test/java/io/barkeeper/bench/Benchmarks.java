package io.barkeeper.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the studies one after the other, each in a virtual machine of its own that sees one processor, and prints all
 * summaries last.
 */
public final class Benchmarks {

    private static final String USAGE = "usage: scripts/bench [--seconds N] [--seed N] [STUDY...]";

    private final PrintStream out;
    private long seconds = 1;
    private long seed = 1;
    private final List<String> wanted = new ArrayList<>();

    private Benchmarks(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws RunnerException {
        Benchmarks benchmarks = new Benchmarks(System.out);
        System.exit(benchmarks.read(args) ? benchmarks.run() : 2);
    }

    /** Later studies are added here. */
    private List<Study> studies() {
        return List.of(new RescanStudy(seed), new PlanStudy());
    }

    private boolean read(String[] args) {
        try {
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--seconds" -> seconds = Math.max(1, Long.parseLong(args[++i]));
                    case "--seed" -> seed = Long.parseLong(args[++i]);
                    default -> wanted.add(args[i]);
                }
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            out.println(USAGE);
            return false;
        }
        List<String> names = studies().stream().map(Study::name).toList();
        if (!names.containsAll(wanted)) {
            out.println(USAGE);
            out.println("studies: " + String.join(" ", names));
            return false;
        }
        return true;
    }

    private int run() throws RunnerException {
        List<Runnable> summaries = new ArrayList<>();
        for (Study study : studies()) {
            if (wanted.isEmpty() || wanted.contains(study.name())) {
                Collection<RunResult> results = measure(study);
                summaries.add(() -> study.summarise(results, out));
            }
        }
        out.println();
        summaries.forEach(Runnable::run);
        return 0;
    }

    /** Three turns to warm up and five that count, {@link #seconds} each. */
    private Collection<RunResult> measure(Study study) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(1)
                .warmupIterations(3)
                .measurementIterations(5)
                .warmupTime(new TimeValue(seconds, TimeUnit.SECONDS))
                .measurementTime(new TimeValue(seconds, TimeUnit.SECONDS))
                .shouldFailOnError(true)
                .jvmArgs("-XX:ActiveProcessorCount=1", "-XX:+UseSerialGC", "-Xmx1g");
        study.choose(options);
        return new Runner(options.build()).run();
    }
}
