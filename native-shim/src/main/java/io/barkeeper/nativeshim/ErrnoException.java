package io.barkeeper.nativeshim;

import java.io.IOException;
import java.io.Serial;

/**
 * A system call that failed, with the error number kept: the JDK's own exceptions hold only the text.
 *
 * <p>The message reads {@code write /sys/bus/pci/rescan: EBUSY (Device or resource busy)}.
 */
public final class ErrnoException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String operation;
    private final String path;

    /**
     * @param errno the error number, one of {@link Errno}
     * @param operation what was tried, usually the name of the system call
     * @param path the file or other object that it was tried on; empty where there is none
     */
    public ErrnoException(int errno, String operation, String path) {
        super(operation + (path.isEmpty() ? "" : " " + path) + ": " + Errno.name(errno) + " (" + Errno.text(errno)
                + ")");
        this.errno = errno;
        this.operation = operation;
        this.path = path;
    }

    /** The error number, to be compared with the constants of {@link Errno}. */
    public int errno() {
        return errno;
    }

    /** The symbolic name of the error number, such as {@code EBUSY}. */
    public String errnoName() {
        return Errno.name(errno);
    }

    /** What was tried, such as {@code write}. */
    public String operation() {
        return operation;
    }

    /** The file that it was tried on; empty where there is none. */
    public String path() {
        return path;
    }
}
