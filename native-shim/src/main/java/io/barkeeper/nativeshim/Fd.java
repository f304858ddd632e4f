package io.barkeeper.nativeshim;

import com.sun.jna.LastErrorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor, closed once. Failures carry the name that it was opened under. */
final class Fd implements AutoCloseable {
    private final int number;
    private final String name;
    private final AtomicBoolean closed = new AtomicBoolean();

    Fd(int number, String name) {
        this.number = number;
        this.name = name;
    }

    /** Opens an existing file; {@code O_CLOEXEC} is added. */
    static Fd open(Path path, int flags) throws ErrnoException {
        return open(path.toString(), flags);
    }

    /** Opens a file, and makes it with this mode where it does not exist; {@code O_CLOEXEC} is added. */
    static Fd create(Path path, int flags, int mode) throws ErrnoException {
        return open(path.toString(), flags | Abi.O_CREAT, mode);
    }

    private static Fd open(String path, int flags, Object... mode) throws ErrnoException {
        byte[] name = (path + '\0').getBytes(StandardCharsets.UTF_8);
        while (true) {
            try {
                return new Fd(LibC.VARIADIC.open(name, flags | Abi.O_CLOEXEC, mode), path);
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR) {
                    throw new ErrnoException(e.getErrorCode(), "open", path);
                }
            }
        }
    }

    /** The number, for calls that this class does not wrap. */
    int number() {
        return number;
    }

    ErrnoException failed(String operation, LastErrorException cause) {
        return new ErrnoException(cause.getErrorCode(), operation, name);
    }

    /** One read at the current offset, repeated only when a signal came first. Returns 0 at the end. */
    int read(byte[] buffer) throws ErrnoException {
        while (true) {
            try {
                return (int) LibC.read(number, buffer, buffer.length);
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR) {
                    throw failed("read", e);
                }
            }
        }
    }

    /** Closes it. An error of close(2) is not reported: the descriptor is gone all the same, nothing can be done. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                LibC.close(number);
            } catch (LastErrorException e) {
                // Linux frees the descriptor before it can fail; a retry could close somebody else's.
                return;
            }
        }
    }
}
