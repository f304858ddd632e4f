package io.barkeeper.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * The planner's campaign on random machines; {@code scripts/torture plan} starts it. Each part counts machines on which
 * something went wrong, from the same first seed on, and names the seed of each breach; the sums come last.
 */
public final class PlanTorture {

    private static final int SMALL = 9;
    private static final Map<String, Long> DEFAULTS =
            Map.of("--machines", 5000L, "--large", 50_000L, "--functions", 200L, "--from", 1L, "--jobs", 1L);

    private PlanTorture() {}

    /** @param args pairs of an option and a number; see {@code scripts/torture} */
    public static void main(String[] args) throws InterruptedException {
        Map<String, Long> options = new HashMap<>(DEFAULTS);
        for (int i = 0; i + 1 < args.length; i += 2) {
            if (!DEFAULTS.containsKey(args[i]) || !args[i + 1].matches("\\d{1,9}")) {
                System.err.println("'" + args[i] + " " + args[i + 1] + "' is none of the options with a number: "
                        + String.join(" ", DEFAULTS.keySet().stream().sorted().toList()));
                System.exit(2);
            }
            options.put(args[i], Long.valueOf(args[i + 1]));
        }
        long from = option(options, "--from");
        int jobs = (int) Math.max(1, option(options, "--jobs"));
        Tally force = campaign(
                option(options, "--machines"),
                from,
                jobs,
                (seed, tally) -> PlanChecks.noWorseThanBruteForce(seed, SMALL, tally));
        int functions = (int) Math.max(SMALL, option(options, "--functions"));
        Tally harm = campaign(
                option(options, "--large"),
                from,
                jobs,
                (seed, tally) -> PlanChecks.nobodyIsWorseOff(seed, sizeFor(seed, functions), tally));
        System.out.println("one round against brute force, up to " + SMALL + " functions: " + force + "; "
                + force.played + " release sets played; worse than brute force: " + force.failures.size());
        System.out.println("no device that worked is worse off, up to " + functions + " functions: " + harm
                + "; exceptions: " + harm.failures.size());
        System.exit(force.failures.isEmpty() && harm.failures.isEmpty() ? 0 : 1);
    }

    private static long option(Map<String, Long> options, String name) {
        return options.getOrDefault(name, 0L);
    }

    /** From small to large, so that every size has its turn. */
    private static int sizeFor(long seed, int most) {
        return SMALL + (int) (seed * 37 % (most - SMALL + 1));
    }

    private static Tally campaign(long machines, long from, int jobs, BiConsumer<Long, Tally> check)
            throws InterruptedException {
        Tally tally = new Tally();
        AtomicLong next = new AtomicLong(from);
        ExecutorService workers = Executors.newFixedThreadPool(jobs);
        for (int i = 0; i < jobs; i++) {
            workers.execute(() -> {
                while (tally.machines() < machines) {
                    long seed = next.getAndIncrement();
                    try {
                        check.accept(seed, tally);
                    } catch (RuntimeException e) {
                        tally.failures.add("seed " + seed + ": " + e);
                    }
                }
            });
        }
        workers.shutdown();
        workers.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        List.copyOf(tally.failures).stream().sorted().forEach(System.out::println);
        return tally;
    }
}
