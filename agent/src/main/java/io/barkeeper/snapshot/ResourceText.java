package io.barkeeper.snapshot;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A resource as the kernel's {@code %pR} prints it: {@code [mem 0xfe200000-0xfe200fff 64bit pref]}, or
 * {@code [mem size 0x10000000 64bit pref]} when it has no address.
 *
 * @param range the addresses; empty without any
 * @param size bytes; 0 for an empty range, as of a window that holds nothing
 */
public record ResourceText(boolean io, Optional<AddressRange> range, long size, boolean is64Bit, boolean prefetchable) {

    private static final Pattern FORM = Pattern.compile("\\[(io|mem) +(?:size (0x[0-9a-f]+)|(0x[0-9a-f]+)"
            + "(?:-(0x[0-9a-f]+))?)( 64bit)?( pref)?( window)?( disabled)?\\]");

    /** The first resource in a text from an offset on. */
    public static Optional<ResourceText> find(String text, int from) {
        Matcher m = FORM.matcher(text);
        if (!m.find(from)) {
            return Optional.empty();
        }
        boolean io = m.group(1).startsWith("io");
        boolean is64Bit = m.group(5) != null;
        boolean prefetchable = m.group(6) != null;
        if (m.group(2) != null) {
            return Optional.of(new ResourceText(io, Optional.empty(), hex(m.group(2)), is64Bit, prefetchable));
        }
        long start = hex(m.group(3));
        // The kernel prints one number for a range of one byte.
        long end = m.group(4) == null ? start : hex(m.group(4));
        Optional<AddressRange> range =
                AddressRange.below(end, start) ? Optional.empty() : Optional.of(new AddressRange(start, end));
        long size = range.map(AddressRange::size).orElse(0L);
        return Optional.of(new ResourceText(io, range, size, is64Bit, prefetchable));
    }

    public static long hex(String text) {
        return Long.parseUnsignedLong(text.substring(2), 16);
    }

    /** What a BAR that prints so is. */
    public ResourceKind barKind() {
        return ResourceRow.barKind(io, is64Bit, prefetchable);
    }

    /** The row of the bridge window that prints so. */
    public int windowIndex() {
        if (io) {
            return Resource.WINDOW_IO;
        }
        return prefetchable ? Resource.WINDOW_PREF : Resource.WINDOW_MEM;
    }
}
