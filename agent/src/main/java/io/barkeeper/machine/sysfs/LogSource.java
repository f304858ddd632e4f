package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.snapshot.KernelLog;
import io.barkeeper.snapshot.KernelLogParser;
import io.barkeeper.snapshot.KernelLogText;
import io.barkeeper.snapshot.ReadNotes;
import java.util.List;

/** The kernel log: {@code /dev/kmsg} of the running machine, the file {@code dmesg} of a captured tree. */
final class LogSource {

    private static final String NOTE = "BK-NOTE-LOG";

    private final SysfsTree tree;

    LogSource(SysfsTree tree) {
        this.tree = tree;
    }

    KernelLog read(ReadNotes.Collector notes) {
        List<String> messages;
        try {
            messages = KernelLogText.messages(
                    tree.isLive()
                            ? String.join("\n", io.barkeeper.nativeshim.KernelLog.read())
                            : tree.whole(tree.path("dmesg")));
        } catch (ErrnoException e) {
            notes.add(
                    NOTE,
                    "the kernel log cannot be read (" + e.getMessage() + ")",
                    "sizes of BARs that the kernel gave up on, the order of apertures and the firmware's memory map are "
                            + "unknown where nothing else tells them");
            return KernelLog.NONE;
        }
        KernelLog log = KernelLogParser.parse(messages);
        if (!log.reachesBoot()) {
            notes.add(
                    NOTE,
                    "the kernel log no longer reaches back to the boot",
                    "the firmware's memory map, the order of apertures and some sizes may be unknown");
        }
        return log;
    }
}
