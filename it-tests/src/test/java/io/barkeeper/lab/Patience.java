package io.barkeeper.lab;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How long the lab waits for one thing to come true: 120 s, or the seconds in {@code -Dlab.patience} on a machine that is slow
 * or shared. The time that a thing took is printed and never judged.
 */
public final class Patience {
    static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("lab.patience", 120));

    private Patience() {}

    /** Waits until nothing is missing any more. */
    public static void await(String what, Supplier<List<String>> missing) {
        await("", what, missing);
    }

    /** Waits until nothing is missing any more, and prints how long it took, with a word before it. */
    static void await(String where, String what, Supplier<List<String>> missing) {
        long begin = System.nanoTime();
        List<String> last = missing.get();
        while (!last.isEmpty()) {
            if (System.nanoTime() - begin > LIMIT.toNanos()) {
                throw new AssertionError(
                        "Not within " + LIMIT.toSeconds() + " s: " + what + "\n  " + String.join("\n  ", last));
            }
            pause();
            last = missing.get();
        }
        System.out.printf("  %s%s: %.1f s%n", where, what, (System.nanoTime() - begin) / 1e9);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("Interrupted while waiting", e);
        }
    }
}
