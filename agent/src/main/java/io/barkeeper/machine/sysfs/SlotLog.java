package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.KernelLogTail;
import io.barkeeper.snapshot.SlotMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Follows what the kernel log says of slots, from the first call on. */
final class SlotLog implements AutoCloseable {

    /** What came since the last read; the first read gives the whole log. */
    interface Source extends AutoCloseable {
        KernelLogTail.Batch read() throws ErrnoException;

        @Override
        void close();
    }

    /** Opens the log at its beginning. */
    interface Opening {
        Source open() throws ErrnoException;
    }

    private final Opening opening;
    private @Nullable Source source;

    SlotLog(Opening opening) {
        this.opening = opening;
    }

    /** The log of the running kernel. */
    static SlotLog ofKernel() {
        return new SlotLog(() -> {
            KernelLogTail tail = KernelLogTail.open();
            return new Source() {
                @Override
                public KernelLogTail.Batch read() throws ErrnoException {
                    return tail.read();
                }

                @Override
                public void close() {
                    tail.close();
                }
            };
        });
    }

    /** What was said since the last call, oldest first; empty at the first call, without a log, and after a gap. */
    synchronized Optional<List<SlotMessage>> news() {
        try {
            if (source == null) {
                source = opening.open();
                source.read();
                return Optional.empty();
            }
            KernelLogTail.Batch batch = source.read();
            if (batch.afterGap()) {
                return Optional.empty();
            }
            List<SlotMessage> news = new ArrayList<>();
            batch.lines().forEach(l -> SlotMessage.parse(l).ifPresent(news::add));
            return Optional.of(news);
        } catch (ErrnoException e) {
            close();
            return Optional.empty();
        }
    }

    @Override
    public synchronized void close() {
        if (source != null) {
            source.close();
            source = null;
        }
    }
}
