package io.barkeeper.snapshot;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Hex;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.ResourceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/**
 * One line of the sysfs file {@code resource}: start, end, flags.
 *
 * <p>The number of lines depends on the kernel's configuration: 7 for BARs and ROM, 6 more for VF BARs with
 * CONFIG_PCI_IOV, 4 more for the windows of a bridge. {@link #index} is the row of a kernel with all of them, whatever
 * this kernel has.
 *
 * @param index 0 to 15
 */
public record ResourceRow(int index, long start, long end, long flags) {

    private static final int COLUMNS = 3;
    private static final String NOTHING = "0x0000000000000000 0x0000000000000000 0x0000000000000000";
    private static final int VF_ROWS = 6;
    private static final int WINDOW_ROWS = 4;

    /**
     * Parses the whole file. Rows that are all zero are kept.
     *
     * @throws MalformedTextException when a line is no row, or there is an unusual number of lines
     */
    public static List<ResourceRow> parse(String text) throws MalformedTextException {
        List<String> lines =
                text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
        int bars = Resource.ROM + 1;
        boolean withVf = lines.size() >= bars + VF_ROWS;
        int windowsFrom = withVf ? bars + VF_ROWS : bars;
        if (lines.size() != windowsFrom && lines.size() != windowsFrom + WINDOW_ROWS) {
            throw new MalformedTextException(
                    "it has " + lines.size() + " lines; a kernel prints 7, 11, 13 or 17 for a function");
        }
        List<ResourceRow> rows = new ArrayList<>();
        for (int line = 0; line < lines.size(); line++) {
            int index = line < windowsFrom ? line : line - windowsFrom + Resource.WINDOW_IO;
            ResourceRow row = parseLine(line, index, lines.get(line));
            // The fourth window is CardBus's second I/O window, which Linux never fills for a PCI bridge.
            if (index <= Resource.WINDOW_PREF) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static ResourceRow parseLine(int line, int index, String text) throws MalformedTextException {
        if (text.equals(NOTHING)) {
            return new ResourceRow(index, 0, 0, 0);
        }
        StringTokenizer columns = new StringTokenizer(text);
        if (columns.countTokens() == COLUMNS) {
            OptionalLong start = hex(columns.nextToken());
            OptionalLong end = hex(columns.nextToken());
            OptionalLong flags = hex(columns.nextToken());
            if (start.isPresent() && end.isPresent() && flags.isPresent()) {
                return new ResourceRow(index, start.getAsLong(), end.getAsLong(), flags.getAsLong());
            }
        }
        throw new MalformedTextException(
                "line " + (line + 1) + " is '" + text + "', not three hexadecimal numbers with 0x");
    }

    /** {@code 0x} and at most 16 digits. */
    private static OptionalLong hex(String number) {
        return number.startsWith("0x") ? Hex.parse(number, 2, number.length()) : OptionalLong.empty();
    }

    /** All three columns are 0: not implemented, or wiped by a failure. */
    public boolean isZero() {
        return start == 0 && end == 0 && flags == 0;
    }

    public boolean isWindow() {
        return index >= Resource.WINDOW_IO;
    }

    /**
     * Where the kernel believes it is. Empty when the kernel has given it no address: it says so by the flags UNSET or
     * DISABLED, or by a range that begins at 0.
     */
    public Optional<AddressRange> range() {
        boolean typed = (flags & (ResourceFlags.IO | ResourceFlags.MEM)) != 0;
        boolean placed = (flags & (ResourceFlags.UNSET | ResourceFlags.DISABLED)) == 0 && start != 0;
        return typed && placed && !AddressRange.below(end, start)
                ? Optional.of(new AddressRange(start, end))
                : Optional.empty();
    }

    /** Bytes by the first two columns; 0 where they say nothing: end below start, or both 0. */
    public long span() {
        return (start == 0 && end == 0) || AddressRange.below(end, start) ? 0 : end - start + 1;
    }

    /** By the flags; empty when they carry no type. */
    public Optional<ResourceKind> kind() {
        if (isWindow()) {
            return Optional.of(
                    switch (index) {
                        case Resource.WINDOW_IO -> ResourceKind.WINDOW_IO;
                        case Resource.WINDOW_MEM -> ResourceKind.WINDOW_MEM;
                        default -> ResourceKind.WINDOW_PREF;
                    });
        }
        if ((flags & (ResourceFlags.IO | ResourceFlags.MEM)) == 0) {
            return Optional.empty();
        }
        if (index == Resource.ROM) {
            return Optional.of(ResourceKind.ROM);
        }
        return Optional.of(barKind(
                ResourceFlags.has(flags, ResourceFlags.IO),
                ResourceFlags.has(flags, ResourceFlags.MEM_64),
                ResourceFlags.has(flags, ResourceFlags.PREFETCH)));
    }

    /** The kind of a BAR with these properties. */
    static ResourceKind barKind(boolean io, boolean is64Bit, boolean prefetchable) {
        if (io) {
            return ResourceKind.IO;
        }
        if (is64Bit) {
            return prefetchable ? ResourceKind.MEM64_PREF : ResourceKind.MEM64;
        }
        return prefetchable ? ResourceKind.MEM32_PREF : ResourceKind.MEM32;
    }
}
