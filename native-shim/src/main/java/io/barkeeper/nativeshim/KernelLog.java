package io.barkeeper.nativeshim;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kernel's log as it is now, in the form that {@code dmesg} prints: {@code [    1.234567] pci 0000:00:01.0: …}. */
public final class KernelLog {
    private static final long MICROSECONDS_PER_SECOND = 1_000_000;

    private KernelLog() {}

    /**
     * All records that the kernel still has, one line each, oldest first. Messages of user space are among them.
     *
     * @throws ErrnoException with EPERM without {@code CAP_SYSLOG} where {@code kernel.dmesg_restrict} is set, or EACCES
     */
    public static List<String> read() throws ErrnoException {
        try (KernelLogTail tail = KernelLogTail.open()) {
            return tail.read().lines();
        }
    }

    /**
     * One record, {@code priority,sequence,microseconds,flags[,…];text}, with lines of keys and values after it, which
     * are left out.
     */
    static Optional<String> format(String kernelRecord) {
        String firstLine = kernelRecord.lines().findFirst().orElse("");
        int prefixEnd = firstLine.indexOf(';');
        String[] prefix = firstLine.substring(0, Math.max(prefixEnd, 0)).split(",", -1);
        if (prefix.length < 3 || !prefix[2].matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        long time = Long.parseLong(prefix[2]);
        return Optional.of(String.format(
                Locale.ROOT,
                "[%5d.%06d] %s",
                time / MICROSECONDS_PER_SECOND,
                time % MICROSECONDS_PER_SECOND,
                unescape(firstLine.substring(prefixEnd + 1))));
    }

    /** Tabs and backslashes come escaped. So do control characters and all beyond ASCII, which are left as they are. */
    private static String unescape(String text) {
        return text.replace("\\x09", "\t").replace("\\x5c", "\\");
    }
}
