package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Outcome;
import io.barkeeper.nativeshim.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a hook. Where systemd runs the machine, it becomes a transient service of its own: a {@code umount} inside the
 * mount namespace and the sandbox of the daemon's unit would not be seen outside of it. Elsewhere it is a child process.
 * What it prints is kept up to a limit.
 */
final class HookProcess {

    private static final int KEPT = 1024;
    /** For the service manager, on top of the time that the hook itself has. */
    private static final Duration OVERHEAD = Duration.ofSeconds(10);

    private HookProcess() {}

    static Outcome run(Effect.RunHook hook) {
        boolean managed = Files.isDirectory(Path.of("/run/systemd/system"));
        return run(hook, managed ? transientService(hook) : hook.command(), managed ? OVERHEAD : Duration.ZERO);
    }

    /** The command line that makes the hook a service, which the service manager kills when its time is over. */
    static List<String> transientService(Effect.RunHook hook) {
        List<String> words = new ArrayList<>(List.of(
                "systemd-run",
                "--wait",
                "--pipe",
                "--collect",
                "--quiet",
                "--description=Barkeeper hook " + hook.moment().key() + " of " + hook.address(),
                "--property=RuntimeMaxSec=" + hook.timeoutMicros() + "us"));
        hook.environment().forEach((name, value) -> words.add("--setenv=" + name + "=" + value));
        words.add("--");
        words.addAll(hook.command());
        return words;
    }

    static Outcome run(Effect.RunHook hook, List<String> command, Duration overhead) {
        Path output = null;
        try {
            output = Files.createTempFile("barkeeper-hook", ".out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile());
            builder.environment().putAll(hook.environment());
            Process process = builder.start();
            long millis = hook.timeoutMicros() / 1000 + overhead.toMillis();
            if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                return new Outcome.Failed(Errno.ETIMEDOUT, "it did not end within " + millis + " ms and was killed");
            }
            String said = said(output);
            return process.exitValue() == 0
                    ? new Outcome.Done(said)
                    : new Outcome.Failed(
                            0, "exit status " + process.exitValue() + (said.isEmpty() ? "" : ", it said: " + said));
        } catch (IOException e) {
            return new Outcome.Failed(0, "it cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed(Errno.EINTR, "interrupted while it ran");
        } finally {
            delete(output);
        }
    }

    private static String said(Path output) throws IOException {
        try (var in = Files.newInputStream(output)) {
            return new String(in.readNBytes(KEPT), StandardCharsets.UTF_8)
                    .strip()
                    .replaceAll("[\\p{Cntrl}]+", " | ");
        }
    }

    private static void delete(@org.jspecify.annotations.Nullable Path output) {
        try {
            if (output != null) {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            // In the unit's private folder for temporary files, which goes with the unit.
            return;
        }
    }
}
