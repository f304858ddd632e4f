package io.barkeeper.plan;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * How long a plan takes on a {@link WedgedNewcomer}; {@code scripts/torture speed} prints it. Processor time is measured, so
 * that what else runs on the machine does not count.
 */
public final class PlanSpeed {

    private static final int RUNS = 15;

    private PlanSpeed() {}

    /** @param args kernel releases */
    public static void main(String[] args) {
        for (String release : args) {
            PlanRequest request = WedgedNewcomer.request(release);
            ThreadMXBean clock = ManagementFactory.getThreadMXBean();
            long[] millis = new long[RUNS];
            PlanResult result = Planner.plan(request);
            for (int i = 0; i < RUNS; i++) {
                long start = clock.getCurrentThreadCpuTime();
                result = Planner.plan(request);
                millis[i] = (clock.getCurrentThreadCpuTime() - start) / 1_000_000;
            }
            long first = millis[0];
            Arrays.sort(millis);
            int disturbed = result instanceof PlanResult.Feasible found
                    ? found.plan().disturbs().size()
                    : 0;
            System.out.println(release + ": " + request.topology().functions().size() + " functions, "
                    + result.outcome() + ", " + disturbed + " functions disturbed: second run " + first
                    + " ms, median of " + RUNS + " warm runs " + millis[RUNS / 2] + " ms of processor time, slowest "
                    + millis[RUNS - 1] + " ms");
        }
    }
}
