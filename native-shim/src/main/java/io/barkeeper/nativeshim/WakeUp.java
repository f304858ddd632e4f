package io.barkeeper.nativeshim;

import com.sun.jna.LastErrorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An eventfd(2): readable from the first signal until it is reset. Signals may come from any thread, also after close. */
final class WakeUp implements AutoCloseable {
    private static final String NAME = "eventfd";
    private static final byte[] ONE = ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.nativeOrder())
            .putLong(1)
            .array();

    private final Fd fd;
    private boolean closed;

    private WakeUp(Fd fd) {
        this.fd = fd;
    }

    static WakeUp open() throws ErrnoException {
        try {
            return new WakeUp(new Fd(LibC.eventfd(0, Abi.EFD_CLOEXEC | Abi.EFD_NONBLOCK), NAME));
        } catch (LastErrorException e) {
            throw new ErrnoException(e.getErrorCode(), "eventfd", "");
        }
    }

    int descriptor() {
        return fd.number();
    }

    /** Makes the descriptor readable. The lock keeps the number from being closed, and given away, in the middle. */
    synchronized void signal() {
        if (closed) {
            return;
        }
        try {
            LibC.write(fd.number(), ONE, ONE.length);
        } catch (LastErrorException e) {
            // The only error of a nonblocking eventfd is a full counter, and then it is readable already.
            return;
        }
    }

    /** Takes the signals off; false when there were none. */
    boolean reset() throws ErrnoException {
        try {
            return fd.read(new byte[Long.BYTES]) == Long.BYTES;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EAGAIN) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        fd.close();
    }
}
