package io.barkeeper.bench;

import java.io.PrintStream;
import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/** One question about speed: which benchmarks answer it, and how their results read. */
interface Study {

    /** The word on the command line of {@code scripts/bench}. */
    String name();

    /** Which benchmarks run, with which parameters. */
    void choose(ChainedOptionsBuilder options);

    /** Prints the answer, from the results of the benchmarks that were chosen. */
    void summarise(Collection<RunResult> results, PrintStream out);
}
