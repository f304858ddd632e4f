package io.barkeeper.nativeshim;

import com.sun.jna.LastErrorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An exclusive flock(2) on a file, so that there is one writer on a machine.
 *
 * <p>Unlike the locks of {@link java.nio.channels.FileChannel} it belongs to the open file and not to the process: it is
 * not lost when something else in the process closes the same file, and {@code flock(1)} in a script sees it. The kernel
 * releases it when the process ends, however it ends. The file stays, and holds the number of the last process that
 * took it.
 */
public final class FileLock implements AutoCloseable {
    private static final int OWNER_ONLY = 0600;
    private static final int LONGEST_PID = 20;

    private final Fd fd;

    private FileLock(Fd fd) {
        this.fd = fd;
    }

    /** What {@link #tryLock} came back with. */
    public sealed interface Attempt {}

    /**
     * The lock is ours until it is closed.
     *
     * @param lock to be closed by the caller
     */
    public record Taken(FileLock lock) implements Attempt {}

    /**
     * Somebody else has the lock.
     *
     * @param pid the process that took it last, as far as it has said so; a hint for messages only
     */
    public record Held(Optional<Long> pid) implements Attempt {}

    /**
     * Takes the lock if it is free, and does not wait for it.
     *
     * @param path the lock file; made with mode 0600 where it does not exist, in a directory that does
     * @throws ErrnoException when the file cannot be opened or the kernel refuses for another reason
     */
    public static Attempt tryLock(Path path) throws ErrnoException {
        Fd fd = Fd.create(path, Abi.O_RDWR, OWNER_ONLY);
        try {
            while (true) {
                try {
                    LibC.flock(fd.number(), Abi.LOCK_EX | Abi.LOCK_NB);
                    leavePid(fd);
                    return new Taken(new FileLock(fd));
                } catch (LastErrorException e) {
                    if (e.getErrorCode() == Errno.EAGAIN) {
                        Optional<Long> pid = readPid(fd);
                        fd.close();
                        return new Held(pid);
                    }
                    if (e.getErrorCode() != Errno.EINTR) {
                        throw fd.failed("flock", e);
                    }
                }
            }
        } catch (ErrnoException e) {
            fd.close();
            throw e;
        }
    }

    /** Releases the lock. Closing again does nothing. */
    @Override
    public void close() {
        fd.close();
    }

    /** A full file system must not keep the lock from being taken: the number is for messages. */
    private static void leavePid(Fd fd) {
        byte[] text = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            LibC.ftruncate(fd.number(), 0);
            LibC.pwrite(fd.number(), text, text.length, 0);
        } catch (LastErrorException e) {
            return;
        }
    }

    private static Optional<Long> readPid(Fd fd) throws ErrnoException {
        byte[] buffer = new byte[LONGEST_PID];
        String text = new String(buffer, 0, fd.read(buffer), StandardCharsets.US_ASCII).strip();
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }
}
