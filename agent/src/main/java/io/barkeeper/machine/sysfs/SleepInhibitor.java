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
        return take(Path.of("/run/systemd/system"), "systemd-inhibit", why);
    }

    /**
     * @param systemd the folder that is there where systemd runs the machine (sd_booted(3))
     * @param program that takes the lock and keeps it while the command that it is given runs
     */
    static SleepInhibitor take(Path systemd, String program, String why) {
        if (!Files.isDirectory(systemd)) {
            return new SleepInhibitor(Optional.empty());
        }
        try {
            // cat ends when its input is closed, be it by close() or by the end of this process.
            return new SleepInhibitor(Optional.of(new ProcessBuilder(
                            program, "--what=sleep", "--mode=block", "--who=barkeeperd", "--why=" + why, "cat")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()));
        } catch (IOException e) {
            return new SleepInhibitor(Optional.empty());
        }
    }

    /** Whether there is somebody who holds or is about to take the lock. */
    boolean isHeld() {
        return holder.map(Process::isAlive).orElse(false);
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
