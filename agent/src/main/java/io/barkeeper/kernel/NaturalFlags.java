package io.barkeeper.kernel;

import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.ResourceKind;

/** The flags that the kernel gives a resource when it first reads its registers ({@code __pci_read_base()}). */
public final class NaturalFlags {

    private static final long LOW_IO = 0x1;
    private static final long LOW_64 = 0x4;
    private static final long LOW_PREF = 0x8;

    private NaturalFlags() {}

    public static long of(ResourceKind kind) {
        long memory = ResourceFlags.MEM | ResourceFlags.SIZEALIGN;
        return switch (kind) {
            case IO -> ResourceFlags.IO | ResourceFlags.SIZEALIGN | LOW_IO;
            case MEM32 -> memory;
            case MEM32_PREF -> memory | ResourceFlags.PREFETCH | LOW_PREF;
            case MEM64 -> memory | ResourceFlags.MEM_64 | LOW_64;
            case MEM64_PREF -> memory | ResourceFlags.MEM_64 | ResourceFlags.PREFETCH | LOW_PREF | LOW_64;
            case ROM -> memory | ResourceFlags.PREFETCH | ResourceFlags.READONLY;
            case WINDOW_IO -> ResourceFlags.IO;
            case WINDOW_MEM -> ResourceFlags.MEM;
            case WINDOW_PREF -> ResourceFlags.MEM | ResourceFlags.PREFETCH;
        };
    }

    /** Of a bridge's prefetchable window, whose width the bridge tells. */
    public static long prefetchable(boolean wide) {
        long flags = of(ResourceKind.WINDOW_PREF);
        return wide ? flags | ResourceFlags.MEM_64 | LOW_IO : flags;
    }
}
