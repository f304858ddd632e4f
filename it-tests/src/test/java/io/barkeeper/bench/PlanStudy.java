package io.barkeeper.bench;

import io.barkeeper.plan.WedgedNewcomer;
import java.io.PrintStream;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/** How long a plan takes on a machine of more than 4,096 functions. */
final class PlanStudy implements Study {

    private static final double BAR_MILLISECONDS = 1000;

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public void choose(ChainedOptionsBuilder options) {
        options.include(PlanBenchmark.class.getName().replace(".", "\\.") + "\\.");
    }

    @Override
    public void summarise(Collection<RunResult> results, PrintStream out) {
        out.println("A plan for one newcomer below three levels of switches, one core, warm");
        for (RunResult result : results) {
            String release = result.getParams().getParam("release");
            out.printf(
                    Locale.ROOT,
                    "  kernel %-6s %d functions: %.0f ms (wanted: under %.0f ms)%n",
                    release,
                    WedgedNewcomer.request(release + ".0")
                            .topology()
                            .functions()
                            .size(),
                    result.getPrimaryResult().getScore(),
                    BAR_MILLISECONDS);
        }
    }
}
