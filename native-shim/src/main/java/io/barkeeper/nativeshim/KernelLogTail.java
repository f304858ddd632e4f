package io.barkeeper.nativeshim;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel's log, read on from where the last read ended. The device {@code /dev/kmsg} gives one record for each read(2),
 * oldest first (Documentation/ABI/testing/dev-kmsg), and an open file keeps its place in it. Not for several threads.
 */
public final class KernelLogTail implements AutoCloseable {
    private static final Path DEVICE = Path.of("/dev/kmsg");

    /** PRINTKRB_RECORD_MAX is 1 KiB of text; escapes make four characters of a byte, and the dictionary comes after. */
    private static final int RECORD_SIZE = 8 << 10;

    private final Fd fd;
    private final byte[] buffer = new byte[RECORD_SIZE];

    private KernelLogTail(Fd fd) {
        this.fd = fd;
    }

    /**
     * What came since the last read.
     *
     * @param afterGap records between the last read and these were overwritten before they could be read
     * @param lines in the form that {@code dmesg} prints, {@code [    1.234567] pci 0000:00:01.0: …}
     */
    public record Batch(boolean afterGap, List<String> lines) {
        public Batch {
            lines = List.copyOf(lines);
        }
    }

    /**
     * Opens the log at the oldest record that the kernel still has.
     *
     * @throws ErrnoException with EPERM without {@code CAP_SYSLOG} where {@code kernel.dmesg_restrict} is set, or EACCES
     */
    public static KernelLogTail open() throws ErrnoException {
        return new KernelLogTail(Fd.open(DEVICE, Abi.O_RDONLY | Abi.O_NONBLOCK));
    }

    /** All that came since the last read, maybe nothing. Messages of user space are among them. */
    public Batch read() throws ErrnoException {
        List<String> lines = new ArrayList<>();
        boolean gap = false;
        while (true) {
            try {
                int length = fd.read(buffer);
                if (length == 0) {
                    return new Batch(gap, lines);
                }
                KernelLog.format(new String(buffer, 0, length, StandardCharsets.UTF_8))
                        .ifPresent(lines::add);
            } catch (ErrnoException e) {
                if (e.errno() == Errno.EAGAIN) {
                    return new Batch(gap, lines);
                }
                if (e.errno() != Errno.EPIPE) {
                    throw e;
                }
                // The next record was overwritten meanwhile; the read after this one has the oldest that is left.
                lines.clear();
                gap = true;
            }
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
