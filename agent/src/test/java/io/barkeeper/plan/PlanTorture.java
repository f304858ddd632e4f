package io.barkeeper.plan;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The planner's campaign on random machines; {@code scripts/torture plan} starts it. Each part goes over a range of seeds,
 * each of which makes one machine on which something went wrong, and names the seed of each breach; the sums come last.
 */
public final class PlanTorture {

    private static final int SMALL = 9;
    private static final int LARGE = 200;
    private static final Pattern RANGE = Pattern.compile("(?:(\\d{1,9})\\.\\.)?(\\d{1,9})");
    private static final Map<String, String> DEFAULTS = defaults();

    private PlanTorture() {}

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("--machines", "5000");
        defaults.put("--two", "500");
        defaults.put("--large", "50000");
        return defaults;
    }

    /** @param args pairs of a part and its seeds, and {@code --jobs N}; see {@code scripts/torture} */
    public static void main(String[] args) throws InterruptedException {
        Map<String, String> parts = new LinkedHashMap<>();
        int jobs = 1;
        for (int i = 0; i < args.length; i += 2) {
            Matcher seeds = RANGE.matcher(i + 1 < args.length ? args[i + 1] : "");
            boolean known = DEFAULTS.containsKey(args[i]) || args[i].equals("--jobs");
            if (!known || !seeds.matches()) {
                System.err.println("'" + String.join(" ", args) + "': each of " + String.join(" ", DEFAULTS.keySet())
                        + " takes a number of seeds or FIRST..LAST, --jobs a number");
                System.exit(2);
            }
            if (args[i].equals("--jobs")) {
                jobs = Math.max(1, Integer.parseInt(seeds.group(2)));
            } else {
                parts.put(args[i], args[i + 1]);
            }
        }
        boolean clean = true;
        for (Map.Entry<String, String> part : (parts.isEmpty() ? DEFAULTS : parts).entrySet()) {
            clean &= run(part.getKey(), part.getValue(), jobs);
        }
        System.exit(clean ? 0 : 1);
    }

    private static boolean run(String part, String range, int jobs) throws InterruptedException {
        if (part.equals("--machines")) {
            Tally force = campaign(range, jobs, (seed, t) -> PlanChecks.noWorseThanBruteForce(seed, SMALL, t));
            System.out.println("one round against brute force, up to " + SMALL + " functions: " + force + "; "
                    + force.played + " release sets played; worse than brute force: " + force.failures.size());
            return force.failures.isEmpty();
        }
        if (part.equals("--two")) {
            Tally force = campaign(range, jobs, (s, t) -> PlanChecks.noWorseThanBruteForceInTwoRounds(s, SMALL, t));
            System.out.println("two rounds against brute force where one does not do, up to " + SMALL + " functions: "
                    + force + "; for everybody in two rounds: " + force.inTwo + "; " + force.played
                    + " release sets played; worse than brute force: " + force.failures.size());
            return force.failures.isEmpty();
        }
        Tally harm = campaign(range, jobs, (seed, t) -> PlanChecks.nobodyIsWorseOff(seed, LARGE, t));
        System.out.println("no device that worked is worse off, " + harm.sizes() + ": " + harm + "; exceptions: "
                + harm.failures.size());
        return harm.failures.isEmpty();
    }

    private static Tally campaign(String range, int jobs, BiConsumer<Long, Tally> check) throws InterruptedException {
        Matcher seeds = RANGE.matcher(range);
        if (!seeds.matches()) {
            throw new IllegalArgumentException("no seeds: " + range);
        }
        long last = Long.parseLong(seeds.group(2));
        AtomicLong next = new AtomicLong(seeds.group(1) == null ? 1 : Long.parseLong(seeds.group(1)));
        Tally tally = new Tally();
        long begun = System.nanoTime();
        ExecutorService workers = Executors.newFixedThreadPool(jobs);
        for (int i = 0; i < jobs; i++) {
            workers.execute(() -> {
                for (long seed = next.getAndIncrement(); seed <= last; seed = next.getAndIncrement()) {
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
        System.out.printf(
                "seeds %s: %d s, load %.1f%n",
                range,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        return tally;
    }
}
