package io.barkeeper.nativeshim;

import com.sun.jna.LastErrorException;
import java.nio.file.Path;
import java.util.Arrays;

/** A file of sysfs that is open for reading at several places. Used by one thread at a time. */
public final class OpenAttribute implements AutoCloseable {
    private final Fd fd;

    private OpenAttribute(Fd fd) {
        this.fd = fd;
    }

    /** Opens a file that is there. */
    public static OpenAttribute of(Path path) throws ErrnoException {
        return new OpenAttribute(Fd.open(path, Abi.O_RDONLY));
    }

    /** As {@link AttributeFile#pread}. */
    public byte[] pread(long offset, int length) throws ErrnoException {
        byte[] buffer = new byte[length];
        while (true) {
            try {
                return Arrays.copyOf(buffer, (int) LibC.pread(fd.number(), buffer, length, offset));
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR) {
                    throw fd.failed("pread", e);
                }
            }
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
