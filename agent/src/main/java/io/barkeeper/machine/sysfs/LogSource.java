package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.KernelLogTail;
import io.barkeeper.snapshot.KernelLog;
import io.barkeeper.snapshot.KernelLogParser;
import io.barkeeper.snapshot.KernelLogText;
import io.barkeeper.snapshot.ReadNotes;
import org.jspecify.annotations.Nullable;

/**
 * The kernel log: {@code /dev/kmsg} of the running machine, the file {@code dmesg} of a captured tree. Of the running
 * machine only what came since the last look is read and parsed: a log of some MiB would take longer than all the rest.
 */
final class LogSource implements AutoCloseable {

    private static final String NOTE = "BK-NOTE-LOG";

    private final SysfsTree tree;
    private KernelLogParser parser = new KernelLogParser();
    private @Nullable KernelLogTail tail;
    private boolean follows;

    LogSource(SysfsTree tree) {
        this.tree = tree;
    }

    synchronized KernelLog read(ReadNotes.Collector notes) {
        KernelLog log;
        try {
            log = tree.isLive() ? followed() : captured();
        } catch (ErrnoException e) {
            notes.add(
                    NOTE,
                    "the kernel log cannot be read (" + e.getMessage() + ")",
                    "sizes of BARs that the kernel gave up on, the order of apertures and the firmware's memory map are "
                            + "unknown where nothing else tells them");
            return KernelLog.NONE;
        }
        if (!log.reachesBoot()) {
            notes.add(
                    NOTE,
                    "the kernel log no longer reaches back to the boot",
                    "the firmware's memory map, the order of apertures, some sizes and what the kernel keeps of windows "
                            + "without a place may be unknown");
        }
        return log;
    }

    private KernelLog captured() throws ErrnoException {
        return KernelLogParser.parse(KernelLogText.messages(tree.whole(tree.path("dmesg"))));
    }

    /** After a gap nobody knows what was overwritten, so all that was known before is forgotten. */
    private KernelLog followed() throws ErrnoException {
        if (tail == null) {
            tail = KernelLogTail.open();
        }
        KernelLogTail.Batch batch = tail.read();
        if (batch.afterGap()) {
            parser = new KernelLogParser();
            follows = false;
        }
        parser.accept(KernelLogText.messages(batch.lines()));
        KernelLog log = parser.soFar();
        return follows ? log.following() : log;
    }

    /** A whole look has come of what was read: the next one is told whether anything was lost since. */
    synchronized void looked() {
        follows = tail != null;
    }

    @Override
    public synchronized void close() {
        if (tail != null) {
            tail.close();
            tail = null;
            follows = false;
            parser = new KernelLogParser();
        }
    }
}
