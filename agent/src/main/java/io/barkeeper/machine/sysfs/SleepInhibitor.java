package io.barkeeper.machine.sysfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps the system from being suspended, by a lock of logind that a child process holds: the lock ends with the process,
 * so it cannot outlive the daemon for longer than the child notices its closed input.
 */
final class SleepInhibitor implements AutoCloseable {

    private final Optional<Process> holder;

    private SleepInhibitor(Optional<Process> holder) {
        this.holder = holder;
    }

    /** Takes the lock; without logind nothing is held, for then nobody suspends the system through it. */
    static SleepInhibitor take(String why) {
        if (!Files.isDirectory(Path.of("/run/systemd/system"))) {
            return new SleepInhibitor(Optional.empty());
        }
        try {
            // cat ends when its input is closed, be it by close() or by the end of this process.
            return new SleepInhibitor(Optional.of(new ProcessBuilder(
                            "systemd-inhibit",
                            "--what=sleep",
                            "--mode=block",
                            "--who=barkeeperd",
                            "--why=" + why,
                            "cat")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()));
        } catch (IOException e) {
            return new SleepInhibitor(Optional.empty());
        }
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
