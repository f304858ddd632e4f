package io.barkeeper.compare;

import io.barkeeper.conformance.RandomMachine;
import io.barkeeper.lab.KernelImages;
import io.barkeeper.lab.LabException;
import io.barkeeper.machine.MachineException;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The campaign behind {@code scripts/compare}: random machines on which a hot-add went wrong, each handed to the kernel alone, to
 * the script that people use and to Barkeeper. Prints every broken promise with its seed, and one table last; ends with 0 only
 * when none was broken.
 */
public final class Compare {
    private static final int SMALL = 12;
    private static final int LARGE = 60;
    /** Functions of a live machine: an emulated guest takes a second for each few of them, at every look. */
    private static final int LIVE = 14;
    /** Seeds tried for one failing live machine before the campaign gives up on a kernel. */
    private static final int PATIENCE = 20;

    private static final Map<String, String> DEFAULTS =
            Map.of("--model", "500", "--live", "10", "--kernels", "6.1,6.12,6.18,7.2", "--from", "1");

    private final Scoreboard board = new Scoreboard();

    private Compare() {}

    public static void main(String[] arguments) throws IOException, MachineException {
        Map<String, String> options = new LinkedHashMap<>(DEFAULTS);
        for (int i = 0; i < arguments.length; i += 2) {
            boolean known = DEFAULTS.containsKey(arguments[i]) && i + 1 < arguments.length;
            if (!known || !(arguments[i].equals("--kernels") || arguments[i + 1].matches("\\d{1,9}"))) {
                System.err.println("usage: scripts/compare [--model N] [--live N] [--kernels K,K...] [--from SEED]");
                System.exit(2);
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        System.exit(new Compare().run(options));
    }

    private int run(Map<String, String> options) throws IOException, MachineException {
        long from = number(options, "--from");
        model(from, number(options, "--model"));
        List<String> kernels =
                Arrays.asList(options.getOrDefault("--kernels", "").split(","));
        for (String kernel : kernels) {
            live(kernel, from, number(options, "--live"));
        }
        List<String> breaches = board.breaches();
        breaches.forEach(System.out::println);
        System.out.print(board.table());
        System.out.println("promises broken: " + breaches.size());
        return breaches.isEmpty() ? 0 : 1;
    }

    private static long number(Map<String, String> options, String name) {
        return Long.parseLong(options.getOrDefault(name, "0"));
    }

    private void model(long from, long machines) {
        for (long seed = from; board.machines("model") < machines; seed++) {
            long name = seed;
            ModelComparison.of(seed, seed % 3 == 0 ? LARGE : SMALL)
                    .filter(Compare::isTrouble)
                    .ifPresent(o -> board.add("model", "model seed " + name, o));
        }
    }

    private static boolean isTrouble(Map<Way, Outcome> outcomes) {
        Outcome kernel = outcomes.getOrDefault(Way.KERNEL, Outcome.NONE);
        return kernel.newcomers() + kernel.collateral() > 0;
    }

    private void live(String kernel, long from, long machines) throws IOException, MachineException {
        long last = from + machines * PATIENCE;
        for (long seed = from; board.machines(kernel + " live") < machines && seed < last; seed++) {
            RandomMachine random = new RandomMachine(seed);
            if (random.functions() <= LIVE) {
                live(kernel, random);
            }
        }
    }

    private void live(String kernel, RandomMachine random) throws IOException, MachineException {
        String name = kernel + " seed " + random.seed();
        long begin = System.nanoTime();
        String result;
        try {
            Optional<Map<Way, Outcome>> outcomes = LiveComparison.of(KernelImages.get(kernel), random);
            outcomes.ifPresent(o -> board.add(kernel + " live", name, o));
            result = outcomes.map(Object::toString).orElse("nothing went wrong");
        } catch (LabException | AssertionError e) {
            result = "not played, "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
        System.out.printf("%s (%d s): %s%n", name, (System.nanoTime() - begin) / 1_000_000_000, result);
    }
}
