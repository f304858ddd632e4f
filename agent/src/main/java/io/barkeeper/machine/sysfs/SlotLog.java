package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.snapshot.SlotMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Follows what the kernel log says of slots. The log is a ring: when the last line that was seen is no longer in it,
 * lines may have been lost.
 */
final class SlotLog {

    /** Lines as {@code dmesg} prints them, with times since the boot, oldest first. */
    interface Source {
        List<String> lines() throws ErrnoException;
    }

    private final Source source;
    /** The last line that was seen, its time included; empty before the first. */
    private String last = "";

    SlotLog(Source source) {
        this.source = source;
    }

    /** What was said since the last call, oldest first; empty at the first call, without a log, and after a gap. */
    synchronized Optional<List<SlotMessage>> news() {
        List<String> lines;
        try {
            lines = source.lines();
        } catch (ErrnoException e) {
            last = "";
            return Optional.empty();
        }
        int begin = lines.lastIndexOf(last) + 1;
        boolean followed = !last.isEmpty() && begin > 0;
        last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        if (!followed) {
            return Optional.empty();
        }
        List<SlotMessage> news = new ArrayList<>();
        lines.subList(begin, lines.size()).forEach(l -> SlotMessage.parse(l).ifPresent(news::add));
        return Optional.of(news);
    }
}
