package io.barkeeper.pci;

/**
 * The third column of the sysfs file {@code resource}: the kernel's {@code IORESOURCE_} bits
 * ({@code include/linux/ioport.h}, the same from 6.1 to 7.2) over the low bits of the BAR register itself
 * (PCI Local Bus 3.0, 6.2.5.1).
 */
public final class ResourceFlags {

    public static final long IO = 0x100;
    public static final long MEM = 0x200;
    public static final long PREFETCH = 0x2000;
    public static final long READONLY = 0x4000;
    /** Alignment is the size: BARs, ROMs, VF BARs. */
    public static final long SIZEALIGN = 0x40000;
    /** Alignment is the start: a window that is being sized, or whose optional growth failed. */
    public static final long STARTALIGN = 0x80000;

    public static final long MEM_64 = 0x100000;
    public static final long WINDOW = 0x200000;
    public static final long DISABLED = 0x10000000;
    public static final long UNSET = 0x20000000;

    /** Never moved: legacy IDE, Enhanced Allocation, shadow ROM. */
    public static final long PCI_FIXED = 0x10;

    public static final long PCI_EA_BEI = 0x20;
    /** In a ROM's row: its decode is enabled. */
    public static final long ROM_ENABLE = 0x1;
    /** In a ROM's row: the BIOS copy at 0xc0000 stands in for it. */
    public static final long ROM_SHADOW = 0x2;

    private ResourceFlags() {}

    public static boolean has(long flags, long bits) {
        return (flags & bits) == bits;
    }
}
