package io.barkeeper.pci;

/**
 * A bridge's window registers (PCI-to-PCI Bridge Architecture 1.2, 3.2.5), read as Linux reads them
 * ({@code pci_read_bridge_io}, {@code pci_read_bridge_mmio}, {@code pci_read_bridge_mmio_pref}).
 *
 * <p>A base above its limit closes a window; zeros in both <em>open</em> it at address 0 for 4 KiB of I/O or 1 MiB of
 * memory, unless the bridge has no such window and the register is hard-wired to 0. Reading alone cannot tell these
 * apart. Linux closes a window that it does not use by writing a base above the limit, so a base that still reads 0 on
 * a running machine did not take that write: it is taken for hard-wired, unless something else shows the window
 * ({@link #support}).
 */
public final class WindowRegisters {

    private static final int IO_BASE = 0x1c;
    private static final int MEMORY_BASE = 0x20;
    private static final int PREF_BASE = 0x24;
    private static final int PREF_BASE_UPPER = 0x28;
    private static final int IO_BASE_UPPER = 0x30;

    /** Intel P64H2, the bridge for which Linux knows I/O windows of 1 KiB granularity ({@code quirk_p64h2_1k_io}). */
    private static final long P64H2 = 0x1460_8086L;

    private WindowRegisters() {}

    /**
     * Which windows a bridge has.
     *
     * @param ioSeen the kernel shows or has logged an I/O window of this bridge
     * @param prefSeen the same for the prefetchable window
     */
    public static Bridge.Windows support(ConfigSpace config, boolean ioSeen, boolean prefSeen) {
        int prefBase = config.u16(PREF_BASE);
        boolean io = config.u16(IO_BASE) != 0 || ioSeen;
        boolean pref = config.u32(PREF_BASE) != 0 || prefSeen;
        boolean io1k = config.u32(0) == P64H2 && (config.u16(0x40) & 0x200) != 0;
        return new Bridge.Windows(io, io1k, pref, pref && (prefBase & 0xf) == 1);
    }

    /** True when the registers alone do not tell whether the bridge has this window: its base reads 0. */
    public static boolean isAmbiguous(ConfigSpace config, int index) {
        return switch (index) {
            case Resource.WINDOW_IO -> config.u16(IO_BASE) == 0;
            case Resource.WINDOW_PREF -> config.u32(PREF_BASE) == 0;
            default -> false;
        };
    }

    /**
     * What a window decodes.
     *
     * @param index 13 to 15
     * @param windows which windows the bridge has; one that it lacks is closed
     */
    public static Decoded decode(ConfigSpace config, int index, Bridge.Windows windows) {
        return switch (index) {
            case Resource.WINDOW_IO -> windows.io() ? io(config, windows.io1k()) : Decoded.closed();
            case Resource.WINDOW_MEM -> memory(config.u16(MEMORY_BASE), config.u16(MEMORY_BASE + 2), 0, 0);
            default -> windows.pref() ? pref(config) : Decoded.closed();
        };
    }

    private static Decoded io(ConfigSpace config, boolean io1k) {
        int mask = io1k ? 0xfc : 0xf0;
        int granularity = io1k ? 0x400 : 0x1000;
        int low = config.u8(IO_BASE);
        long base = (long) (low & mask) << 8;
        long limit = (long) (config.u8(IO_BASE + 1) & mask) << 8;
        if ((low & 0xf) == 1) {
            base |= (long) config.u16(IO_BASE_UPPER) << 16;
            limit |= (long) config.u16(IO_BASE_UPPER + 2) << 16;
        }
        return between(base, limit + granularity - 1);
    }

    private static Decoded pref(ConfigSpace config) {
        int base = config.u16(PREF_BASE);
        boolean is64Bit = (base & 0xf) == 1;
        long baseUpper = is64Bit ? config.u32(PREF_BASE_UPPER) : 0;
        long limitUpper = is64Bit ? config.u32(PREF_BASE_UPPER + 4) : 0;
        return memory(base, config.u16(PREF_BASE + 2), baseUpper, limitUpper);
    }

    /** The upper halves count only where they are in order: Linux ignores them otherwise, and so does its old size. */
    private static Decoded memory(int baseLow, int limitLow, long baseUpper, long limitUpper) {
        long base = (long) (baseLow & 0xfff0) << 16;
        long limit = (long) (limitLow & 0xfff0) << 16;
        if (baseUpper <= limitUpper) {
            base |= baseUpper << 32;
            limit |= limitUpper << 32;
        }
        return between(base, limit + 0xf_ffff);
    }

    private static Decoded between(long base, long last) {
        return AddressRange.below(last, base) ? Decoded.closed() : Decoded.at(new AddressRange(base, last));
    }
}
