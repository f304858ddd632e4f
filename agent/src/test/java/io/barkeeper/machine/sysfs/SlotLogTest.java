package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.KernelLogTail;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.snapshot.SlotMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotLogTest {

    private static final PciAddress PORT = PciAddress.parse("0000:02:03.0");

    private final List<String> lines = new ArrayList<>();
    private boolean readable = true;
    private boolean gap;
    private final SlotLog log = new SlotLog(() -> new SlotLog.Source() {
        @Override
        public KernelLogTail.Batch read() throws ErrnoException {
            if (!readable) {
                throw new ErrnoException(Errno.EPERM, "read", "/dev/kmsg");
            }
            KernelLogTail.Batch batch = new KernelLogTail.Batch(gap, lines);
            lines.clear();
            gap = false;
            return batch;
        }

        @Override
        public void close() {
            lines.clear();
        }
    });

    @Test
    void tellsWhatIsNew() {
        lines.add("[    2.000000] pcieport 0000:02:03.0: pciehp: Slot(5): Card present");
        assertThat(log.news()).as("the first call begins").isEmpty();
        assertThat(log.news()).hasValue(List.of());
        lines.add("[   28.898510] pcieport 0000:02:03.0: pciehp: Slot(5): Button press: will power on in 5 sec");
        lines.add("[   28.949895] pcieport 0000:02:03.0: pciehp: Slot(5): Card present");
        lines.add("[   29.000000] pcieport 0000:02:03.0: pciehp: Slot(5): Link Down");

        assertThat(log.news())
                .hasValue(List.of(
                        new SlotMessage(PORT, SlotMessage.What.CARD), new SlotMessage(PORT, SlotMessage.What.NO_CARD)));
        assertThat(log.news()).hasValue(List.of());
    }

    @Test
    void knowsTheWordsOfEachRelease() {
        lines.add("[    1.000000] a");
        log.news();
        lines.add("[    2.000000] pci 0000:02:03.0: BAR 15: assigned [mem 0xf8000000-0xf81fffff 64bit pref]");
        lines.add("[    3.000000] pci 0000:02:03.0: bridge window [mem 0xf8000000-0xf81fffff 64bit pref]: assigned");
        lines.add(
                "[    4.000000] pci 0000:02:03.0: BAR 2 [mem 0xf8000000-0xf81fffff]: can't claim; no address assigned");
        lines.add("[    5.000000] pci 0000:02:03.0: BAR 2 [mem size 0x10000000]: failed to assign");

        assertThat(log.news().orElseThrow()).hasSize(2).containsOnly(new SlotMessage(PORT, SlotMessage.What.ASSIGNED));
    }

    @Test
    void noticesAGap() {
        lines.add("[    1.000000] a");
        log.news();
        gap = true;
        lines.add("[    9.000000] pcieport 0000:02:03.0: pciehp: Slot(5): Card present");

        assertThat(log.news()).isEmpty();
        assertThat(log.news()).hasValue(List.of());
    }

    @Test
    void knowsNothingWithoutALog() {
        lines.add("[    1.000000] a");
        log.news();
        readable = false;

        assertThat(log.news()).isEmpty();
        readable = true;
        assertThat(log.news()).isEmpty();
        assertThat(log.news()).hasValue(List.of());
    }
}
