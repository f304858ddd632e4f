package io.barkeeper.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * A function as the guest's sysfs shows it and as its registers say. The lab reads both by itself, so that the agent is not
 * judged by its own eyes.
 *
 * @param address {@code 0000:03:00.0}
 * @param path the way from the root, {@code 0000:00:01.0/00.0/02.0}; it stays where bus numbers move
 * @param driver name of the driver, empty without one
 * @param rows the lines of {@code resource}: 0 to 5 the BARs, 13 to 15 a bridge's windows
 * @param config the first 64 bytes of configuration space, two hexadecimal digits each
 */
public record PciDevice(String address, String path, String driver, List<Row> rows, String config) {
    private static final int IO = 0x100;
    private static final int MEMORY = 0x200;
    private static final int PREFETCHABLE = 0x2000;

    /**
     * One line of {@code resource}. Addresses are unsigned, the end is included.
     *
     * @param start first address, 0 when nothing is assigned
     * @param end last address
     * @param flags the kernel's resource flags
     */
    public record Row(long start, long end, long flags) {
        /** Whether the kernel believes that this has a place. */
        public boolean assigned() {
            return start != 0 && flags != 0 && Long.compareUnsigned(start, end) <= 0;
        }

        public long size() {
            return end - start + 1;
        }

        boolean io() {
            return (flags & IO) != 0;
        }

        boolean contains(Row inner) {
            return assigned()
                    && Long.compareUnsigned(start, inner.start) <= 0
                    && Long.compareUnsigned(inner.end, end) <= 0;
        }

        @Override
        public String toString() {
            return "[0x%x-0x%x]".formatted(start, end);
        }
    }

    public boolean bridge() {
        return (octet(0x0e) & 0x7f) == 1;
    }

    /** The row, or an empty one where the file ends earlier. */
    public Row row(int index) {
        return index < rows.size() ? rows.get(index) : new Row(0, 0, 0);
    }

    /** What the BAR's register decodes: its address, without the type bits (PCI 3.0, 6.2.5.1). */
    long barRegister(int index) {
        long low = dword(0x10 + 4 * index);
        if ((low & 1) != 0) {
            return low & ~0x3L;
        }
        boolean wide = (low & 0x6) == 0x4;
        return (low & ~0xfL) | (wide && index < 5 ? dword(0x14 + 4 * index) << 32 : 0);
    }

    boolean decodes(Row row) {
        return (octet(4) & (row.io() ? 1 : 2)) != 0;
    }

    /** The windows that the bridge's registers open (PCI-to-PCI Bridge 1.2, 3.2.5): I/O, memory, prefetchable. */
    List<Row> windowRegisters() {
        List<Row> open = new ArrayList<>();
        long ioBase = (octet(0x1c) & 0xf0) << 8 | half(0x30) << 16;
        long ioLimit = (octet(0x1d) & 0xf0) << 8 | half(0x32) << 16 | 0xfff;
        addOpen(open, new Row(ioBase, ioLimit, IO));
        addOpen(open, new Row((half(0x20) & 0xfff0) << 16, (half(0x22) & 0xfff0) << 16 | 0xfffff, MEMORY));
        long base = (half(0x24) & 0xfff0) << 16 | dword(0x28) << 32;
        long limit = (half(0x26) & 0xfff0) << 16 | 0xfffff | dword(0x2c) << 32;
        addOpen(open, new Row(base, limit, MEMORY | PREFETCHABLE));
        return open;
    }

    /** The windows that the kernel believes in. */
    List<Row> windows() {
        return List.of(row(13), row(14), row(15));
    }

    @Override
    public String toString() {
        return address + (driver.isEmpty() ? "" : " (" + driver + ")");
    }

    private static void addOpen(List<Row> open, Row window) {
        if (Long.compareUnsigned(window.start, window.end) <= 0) {
            open.add(window);
        }
    }

    private long octet(int offset) {
        return Integer.parseInt(config.substring(2 * offset, 2 * offset + 2), 16);
    }

    private long half(int offset) {
        return octet(offset) | octet(offset + 1) << 8;
    }

    private long dword(int offset) {
        return half(offset) | half(offset + 2) << 16;
    }
}
