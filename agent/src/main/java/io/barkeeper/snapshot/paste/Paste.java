package io.barkeeper.snapshot.paste;

import java.util.ArrayList;
import java.util.List;

/** The lines of a paste, sorted by what printed them; each list in the order of the paste. */
final class Paste {

    /** Heads, details and dumps of {@code lspci}. */
    final List<PasteLine> lspci = new ArrayList<>();

    /** {@code /proc/iomem}. */
    final List<PasteLine> iomem = new ArrayList<>();

    /** {@code /proc/ioports}, whose addresses have four digits. */
    final List<PasteLine> ioports = new ArrayList<>();

    /** The kernel log, with its times. */
    final List<PasteLine> log = new ArrayList<>();

    /** Lines that are none of these. */
    int others;

    boolean isEmpty() {
        return lspci.isEmpty() && iomem.isEmpty() && ioports.isEmpty() && log.isEmpty();
    }
}
