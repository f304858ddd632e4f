package io.barkeeper.nativeshim;

/**
 * The error numbers of Linux as system calls report them, with their names and the texts of {@code strerror(3)}.
 *
 * <p>The numbers are those of the generic Linux ABI (x86-64, aarch64, riscv64). The constants are the ones that callers
 * tell apart; {@link #name} and {@link #text} know every other number too.
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int E2BIG = 7;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int EMSGSIZE = 90;
    public static final int EOPNOTSUPP = 95;
    public static final int EADDRINUSE = 98;
    public static final int ENOBUFS = 105;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int ENOMEDIUM = 123;

    private Errno() {}

    /**
     * The symbolic name of an error number, such as {@code EBUSY} for 16.
     *
     * @return the name, or {@code errno 4711} for a number that Linux does not define
     */
    public static String name(int errno) {
        return ErrnoTable.name(errno);
    }

    /** The text of {@code strerror(3)} in the C locale, such as {@code Device or resource busy} for 16. */
    public static String text(int errno) {
        return ErrnoTable.text(errno);
    }
}
