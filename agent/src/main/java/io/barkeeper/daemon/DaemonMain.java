package io.barkeeper.daemon;

import io.barkeeper.config.Config;
import io.barkeeper.nativeshim.NotifySocket;
import io.barkeeper.nativeshim.posix.Hangup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@code barkeeperd}: runs in the foreground until SIGTERM or SIGINT; SIGHUP reads the configuration again. */
public final class DaemonMain {

    /** How long a transaction may take to go back when the daemon is told to stop; below the unit's stop timeout. */
    private static final int STOP_SECONDS = 80;

    private DaemonMain() {}

    public static void main(String[] arguments) {
        Logging.start();
        List<String> words = List.of(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            System.out.println(Options.USAGE);
            return;
        }
        if (words.contains("--version")) {
            System.out.println("barkeeperd " + Daemon.VERSION);
            return;
        }
        System.exit(run(words));
    }

    private static int run(List<String> arguments) {
        try {
            Options options = Options.parse(arguments);
            if (options.simulate().isEmpty() && options.sysroot().isEmpty() && switchedOff(Path.of("/proc/cmdline"))) {
                System.err.println("barkeeperd: barkeeper=off stands on the kernel command line: nothing is done");
                return 0;
            }
            Daemon daemon = Daemon.start(options, config(options), NotifySocket.fromEnvironment());
            CountDownLatch ended = stopOnSignal(daemon);
            Hangup.handle(daemon::reload);
            try (daemon) {
                return daemon.run();
            } finally {
                ended.countDown();
            }
        } catch (StartFailure e) {
            Logging.ends(e.code(), String.valueOf(e.getMessage()));
            return e.exit();
        } catch (RuntimeException e) {
            StackTraceElement[] trace = e.getStackTrace();
            Logging.ends(
                    "BK-INTERNAL",
                    "this is a mistake in barkeeperd " + Daemon.VERSION + ", please report it: " + e
                            + (trace.length == 0 ? "" : " at " + trace[0]));
            return StartFailure.UNEXPECTED;
        }
    }

    /** The way out when a machine does not boot well with it. The unit has the same condition. */
    static boolean switchedOff(Path commandLine) {
        try {
            return List.of(Files.readString(commandLine).strip().split("\\s+")).contains("barkeeper=off");
        } catch (IOException e) {
            return false;
        }
    }

    static Config config(Options options) throws StartFailure {
        if (options.configNamed() && !Files.exists(options.config())) {
            throw new StartFailure(
                    "BK-CONFIG", StartFailure.USAGE, "there is no configuration file " + options.config());
        }
        Config.Result result = Config.load(options.config());
        if (result instanceof Config.Loaded loaded) {
            return loaded.config();
        }
        throw new StartFailure(
                "BK-CONFIG", StartFailure.USAGE, "the configuration has mistakes, and none of it counts:\n" + result);
    }

    /** A signal ends the process through its shutdown hooks, so the hook waits until the work is over. */
    private static CountDownLatch stopOnSignal(Daemon daemon) {
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    if (ended.getCount() == 0) {
                        return;
                    }
                    daemon.stop();
                    try {
                        if (ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                            // A stop that was asked for is a success, not the 143 of an unhandled SIGTERM.
                            Runtime.getRuntime().halt(0);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        return ended;
    }
}
