package io.barkeeper.nativeshim;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The system calls that the JDK lacks, mapped directly onto the C library of this process.
 *
 * <p>{@code throws LastErrorException} makes JNA clear {@code errno} before the call and throw when it is set after it,
 * in one native transition; nothing of the JVM can change it in between. It throws on {@code errno} alone, so only
 * thin wrappers of system calls belong here: they never touch it on success. {@code size_t}, {@code ssize_t} and
 * {@code nfds_t} are {@code long}: 64-bit machines only.
 *
 * <p>{@code open} is variadic. A direct mapping calls it as if it were not, which some ABIs do not forgive; so it alone
 * is mapped through an interface, where JNA makes a variadic call.
 */
final class LibC {
    /** Variadic functions. */
    interface Variadic extends Library {
        int open(byte[] path, int flags, Object... mode) throws LastErrorException;
    }

    static final Variadic VARIADIC;

    static {
        if (Native.POINTER_SIZE != 8 || Native.LONG_SIZE != 8) {
            throw new UnsupportedOperationException("the native shim knows 64-bit Linux only, and this machine has "
                    + Native.POINTER_SIZE * 8 + "-bit pointers");
        }
        Native.register(LibC.class, NativeLibrary.getProcess());
        VARIADIC = Native.load(Variadic.class);
    }

    private LibC() {}

    static native int close(int fd) throws LastErrorException;

    static native long read(int fd, byte[] buffer, long count) throws LastErrorException;

    static native long write(int fd, byte[] buffer, long count) throws LastErrorException;

    static native long pread(int fd, byte[] buffer, long count, long offset) throws LastErrorException;

    static native long pwrite(int fd, byte[] buffer, long count, long offset) throws LastErrorException;

    static native int ftruncate(int fd, long length) throws LastErrorException;

    static native int flock(int fd, int operation) throws LastErrorException;

    static native int poll(Pointer descriptors, long count, int timeoutMilliseconds) throws LastErrorException;

    static native int eventfd(int initialValue, int flags) throws LastErrorException;

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int bind(int fd, byte[] address, int length) throws LastErrorException;

    static native int getsockname(int fd, Pointer address, Pointer length) throws LastErrorException;

    static native int setsockopt(int fd, int level, int name, Pointer value, int length) throws LastErrorException;

    static native long sendto(int fd, byte[] buffer, long count, int flags, byte[] address, int length)
            throws LastErrorException;

    static native long recvmsg(int fd, Pointer message, int flags) throws LastErrorException;

    static native int clock_gettime(int clock, Pointer time) throws LastErrorException;
}
