package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps the system from being suspended, by a lock of logind that a child process holds: the lock ends with the process,
 * so it cannot outlive the daemon for longer than the child notices its closed input.
 */
final class SleepInhibitor implements Machine.Vigil {

    /** What systemd-inhibit runs says this first, and it runs nothing before it has the lock (systemd-inhibit(1)). */
    private static final String HELD = "held\n";

    /** Without a lock a transaction may begin all the same, so nobody waits long for one. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Optional<Process> holder;
    private final Optional<String> refusal;

    private SleepInhibitor(Optional<Process> holder, Optional<String> refusal) {
        this.holder = holder;
        this.refusal = refusal;
    }

    /** Takes the lock; without logind nothing is held, for then nobody suspends the system through it. */
    static SleepInhibitor take(String why) {
        return take(Path.of("/run/systemd/system"), "systemd-inhibit", why, PATIENCE);
    }

    /**
     * @param systemd the folder that is there where systemd runs the machine (sd_booted(3))
     * @param program that takes the lock and keeps it while the command that it is given runs
     * @param patience how long an answer is waited for
     */
    static SleepInhibitor take(Path systemd, String program, String why, Duration patience) {
        if (!Files.isDirectory(systemd)) {
            return new SleepInhibitor(Optional.empty(), Optional.empty());
        }
        try {
            // cat ends when its input is closed, be it by close() or by the end of this process.
            Process process = new ProcessBuilder(
                            program,
                            "--what=sleep",
                            "--mode=block",
                            "--who=barkeeperd",
                            "--why=" + why,
                            "sh",
                            "-c",
                            "echo held; exec cat")
                    .redirectErrorStream(true)
                    .start();
            return new SleepInhibitor(Optional.of(process), refusal(process, patience));
        } catch (IOException e) {
            return new SleepInhibitor(Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private static Optional<String> refusal(Process process, Duration patience) throws IOException {
        StringBuilder said = new StringBuilder();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < patience.toNanos()) {
            boolean ended = !process.isAlive();
            InputStream output = process.getInputStream();
            said.append(new String(output.readNBytes(output.available()), StandardCharsets.UTF_8));
            if (said.indexOf(HELD) >= 0) {
                return Optional.empty();
            }
            if (ended) {
                String words = said.toString().strip();
                return Optional.of(words.isEmpty() ? "systemd-inhibit ended with " + process.exitValue() : words);
            }
            if (!paused()) {
                break;
            }
        }
        return Optional.of("logind gave no lock within " + patience.toMillis() + " ms");
    }

    /** False when this thread is to end: then nobody waits for a lock. */
    private static boolean paused() {
        try {
            Thread.sleep(10);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public Optional<String> refusal() {
        return refusal;
    }

    @Override
    public void close() {
        holder.ifPresent(process -> {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                process.destroy();
            }
        });
    }
}
