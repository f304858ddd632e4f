package io.barkeeper.daemon;

import io.barkeeper.control.SocketFuzz;
import io.barkeeper.journal.JournalFuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** {@code scripts/torture fuzz}: damaged journals, then hostile clients of a whole daemon on the simulated machine. */
public final class FuzzCampaign {

    private static final int MINUTES = 10;
    private static final int CROWD = 10_000;

    /** Kept here, for a logger that nobody holds forgets its level. */
    private static final Logger DAEMON = Logger.getLogger("io.barkeeper");

    private FuzzCampaign() {}

    /** @param args {@code --minutes N} for each of the two and {@code --from SEED} */
    public static void main(String[] args) throws Exception {
        long minutes = MINUTES;
        long from = 1;
        for (int i = 0; i < args.length; i += 2) {
            boolean number = i + 1 < args.length && args[i + 1].matches("\\d{1,9}");
            if (number && args[i].equals("--minutes")) {
                minutes = Long.parseLong(args[i + 1]);
            } else if (number && args[i].equals("--from")) {
                from = Long.parseLong(args[i + 1]);
            } else {
                System.err.println("usage: scripts/torture fuzz [--minutes N] [--from SEED]");
                System.exit(2);
            }
        }
        DAEMON.setLevel(Level.WARNING);
        List<String> failures = new ArrayList<>();
        long journals = journals(from, minutes * 60_000_000_000L, failures);
        long clients = clients(from, minutes * 60_000_000_000L, failures);
        failures.forEach(System.out::println);
        System.out.println("fuzz from seed " + from + ": " + journals + " damaged journals, " + clients
                + " hostile clients, a line of 1 GiB, " + CROWD + " connections, " + failures.size() + " breaches");
        System.exit(failures.isEmpty() ? 0 : 1);
    }

    private static long journals(long from, long nanos, List<String> failures) throws Exception {
        JournalFuzz fuzz = new JournalFuzz(Files.createTempDirectory("barkeeper-fuzz"));
        long end = System.nanoTime() + nanos;
        long seed = from;
        while (System.nanoTime() < end && fuzz.failures.isEmpty()) {
            fuzz.play(seed++);
        }
        failures.addAll(fuzz.failures);
        return seed - from;
    }

    private static long clients(long from, long nanos, List<String> failures) throws Exception {
        Path folder = Files.createTempDirectory("barkeeper-fuzz");
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "observe", "")) {
            SocketFuzz fuzz = new SocketFuzz(folder.resolve("run/control.sock"), "status");
            fuzz.endlessLine(1L << 30);
            fuzz.crowd(CROWD);
            long end = System.nanoTime() + nanos;
            long seed = from;
            while (System.nanoTime() < end && fuzz.failures.isEmpty()) {
                fuzz.play(seed++);
            }
            failures.addAll(fuzz.failures);
            if (!daemon.result("check", "{}").has("healthy")) {
                failures.add("the daemon does not check any more");
            }
            return seed - from;
        }
    }
}
