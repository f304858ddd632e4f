package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.ResourceKind;
import java.util.List;
import java.util.Optional;

/**
 * The window registers of a bridge (PCI-to-PCI Bridge Architecture 1.2, 3.2.5; the upper halves 3.2.5.8 and following) as
 * the writes that the kernel makes (pci_setup_bridge_io, _mmio, _mmio_pref): in an order in which the window is never
 * wider than before or after. A closed window has its base above its limit.
 */
final class WindowRegisters {

    private static final int IO_BASE = 0x1c;
    private static final int IO_UPPER = 0x30;
    private static final int MEMORY_BASE = 0x20;
    private static final int PREF_BASE = 0x24;
    private static final int PREF_BASE_UPPER = 0x28;
    private static final int PREF_LIMIT_UPPER = 0x2c;

    private WindowRegisters() {}

    /**
     * One write to config space, little-endian.
     *
     * @param width 2 or 4 bytes
     */
    record Write(int offset, int width, int value) {

        byte[] bytes() {
            byte[] bytes = new byte[width];
            for (int i = 0; i < width; i++) {
                bytes[i] = (byte) (value >>> (8 * i));
            }
            return bytes;
        }
    }

    /**
     * The writes that make a window span this range, or close it.
     *
     * @param kind a window kind
     */
    static List<Write> writes(ResourceKind kind, Optional<AddressRange> range) {
        long start = range.map(AddressRange::start).orElse(0L);
        long end = range.map(AddressRange::end).orElse(0L);
        boolean open = range.isPresent();
        int memory = open ? (int) (((start >>> 16) & 0xfff0) | (((end >>> 16) & 0xfff0) << 16)) : 0xfff0;
        return switch (kind) {
            case WINDOW_IO ->
                List.of(
                        new Write(IO_UPPER, 4, 0xffff),
                        new Write(IO_BASE, 2, open ? (int) (((start >>> 8) & 0xf0) | (end & 0xf000)) : 0x00f0),
                        new Write(IO_UPPER, 4, open ? (int) (((start >>> 16) & 0xffff) | (end & 0xffff0000L)) : 0));
            case WINDOW_MEM -> List.of(new Write(MEMORY_BASE, 4, memory));
            case WINDOW_PREF ->
                List.of(
                        new Write(PREF_LIMIT_UPPER, 4, 0),
                        new Write(PREF_BASE, 4, memory),
                        new Write(PREF_BASE_UPPER, 4, open ? (int) (start >>> 32) : 0),
                        new Write(PREF_LIMIT_UPPER, 4, open ? (int) (end >>> 32) : 0));
            default -> throw new IllegalArgumentException(kind + " is no window");
        };
    }

    /**
     * What the registers say.
     *
     * @param config the first 64 bytes of config space
     * @return empty when the window is closed
     */
    static Optional<AddressRange> read(ResourceKind kind, byte[] config) {
        return switch (kind) {
            case WINDOW_IO -> {
                boolean wide = (config[IO_BASE] & 0xf) == 1;
                long upper = wide ? word(config, IO_UPPER) << 16 : 0;
                long upperLimit = wide ? word(config, IO_UPPER + 2) << 16 : 0;
                yield range(
                        ((config[IO_BASE] & 0xf0L) << 8) | upper,
                        ((config[IO_BASE + 1] & 0xf0L) << 8) | upperLimit | 0xfff);
            }
            case WINDOW_MEM ->
                range(
                        (word(config, MEMORY_BASE) & 0xfff0) << 16,
                        ((word(config, MEMORY_BASE + 2) & 0xfff0) << 16) | 0xfffff);
            case WINDOW_PREF -> {
                boolean wide = (config[PREF_BASE] & 0xf) == 1;
                long base = wide ? dword(config, PREF_BASE_UPPER) << 32 : 0;
                long limit = wide ? dword(config, PREF_LIMIT_UPPER) << 32 : 0;
                yield range(
                        ((word(config, PREF_BASE) & 0xfff0) << 16) | base,
                        ((word(config, PREF_BASE + 2) & 0xfff0) << 16) | limit | 0xfffff);
            }
            default -> throw new IllegalArgumentException(kind + " is no window");
        };
    }

    private static Optional<AddressRange> range(long start, long end) {
        return AddressRange.below(end, start) ? Optional.empty() : Optional.of(new AddressRange(start, end));
    }

    private static long word(byte[] config, int offset) {
        return (config[offset] & 0xffL) | ((config[offset + 1] & 0xffL) << 8);
    }

    private static long dword(byte[] config, int offset) {
        return word(config, offset) | (word(config, offset + 2) << 16);
    }
}
