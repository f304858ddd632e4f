package io.barkeeper.kernel;

import static io.barkeeper.pci.AddressRange.alignUp;
import static io.barkeeper.pci.AddressRange.below;
import static io.barkeeper.pci.AddressRange.max;
import static io.barkeeper.pci.AddressRange.min;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.FirmwareMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search for a free range in one window ({@code __find_resource_space()}): gaps between the direct children in
 * order of address, the lowest that holds the aligned range wins. On x86 each memory gap is clipped against the BIOS
 * area below 4 GiB and, where the kernel honours it, against the firmware's memory map; I/O addresses avoid the aliases
 * of ISA cards.
 */
final class FirstFit {

    private static final AddressRange BIOS_AREA = new AddressRange(0xffe0_0000L, 0xffff_ffffL);
    private static final long ISA_ALIASES = 0x300;
    private static final long ISA_STEP = 0x400;
    private static final long MEGABYTE = 1 << 20;

    private final LiveTree tree;
    private final List<AddressRange> firmware;
    private final FirmwareMap.Honoured honoured;

    /** Where the last successful search ended. */
    long found;

    private long gapStart;
    private long gapEnd;

    FirstFit(LiveTree tree) {
        this.tree = tree;
        this.firmware = tree.origin.firmware().entries();
        this.honoured = tree.options.noE820()
                ? FirmwareMap.Honoured.NO
                : tree.origin.firmware().honoured();
    }

    /**
     * Looks for {@code size} bytes at {@code alignment} in a window.
     *
     * @param least lowest address allowed
     * @param most highest address allowed, inclusive
     * @param old a child whose own range counts as free, or null
     * @return whether there is room; {@link #found} says where
     */
    boolean find(
            LiveResource window,
            LiveResource r,
            long size,
            long alignment,
            long least,
            long most,
            @Nullable LiveResource old) {
        int next = 0;
        long from = window.start;
        if (window.childCount() > 0 && window.child(0).start == window.start) {
            from = window.child(0) == old ? old.start : window.child(0).end + 1;
            next = 1;
        }
        while (true) {
            LiveResource child = next < window.childCount() ? window.child(next) : null;
            long to = child == null ? window.end : child == old ? child.end : child.start - 1;
            if (!below(to, from)) {
                gapStart = max(from, least);
                gapEnd = min(to, most);
                if (fits(r, size, alignment)) {
                    return true;
                }
                if (child == old) {
                    from = gapStart;
                }
            }
            if (child == null || child.end == window.end) {
                return false;
            }
            if (child != old) {
                from = child.end + 1;
            }
            next++;
        }
    }

    private boolean fits(LiveResource r, long size, long alignment) {
        if (!tree.options.x86() || r.isIo()) {
            return fitsIn(r, size, alignment, gapStart, gapEnd);
        }
        clip(BIOS_AREA);
        long unclippedStart = gapStart;
        long unclippedEnd = gapEnd;
        if (honoured != FirmwareMap.Honoured.NO) {
            for (AddressRange entry : firmware) {
                clip(entry);
            }
        }
        if (honoured != FirmwareMap.Honoured.UNKNOWN || (gapStart == unclippedStart && gapEnd == unclippedEnd)) {
            return fitsIn(r, size, alignment, gapStart, gapEnd);
        }
        boolean clipped = fitsIn(r, size, alignment, gapStart, gapEnd);
        long clippedAt = found;
        boolean plain = fitsIn(r, size, alignment, unclippedStart, unclippedEnd);
        if (plain != clipped || (plain && found != clippedAt)) {
            tree.doubt(
                    r, "whether the kernel keeps clear of the firmware's memory map is unknown, and it decides here");
        }
        gapStart = unclippedStart;
        gapEnd = unclippedEnd;
        return plain;
    }

    /** {@code resource_clip()} of x86: the larger part beside the conflict remains, the upper one on a tie. */
    private void clip(AddressRange out) {
        if (below(gapEnd, out.start()) || below(out.end(), gapStart)) {
            return;
        }
        long low = below(gapStart, out.start()) ? out.start() - gapStart : 0;
        long high = below(out.end(), gapEnd) ? gapEnd - out.end() : 0;
        if (below(high, low)) {
            gapEnd = out.start() - 1;
        } else {
            gapStart = out.end() + 1;
        }
    }

    private boolean fitsIn(LiveResource r, long size, long alignment, long from, long to) {
        long aligned = alignUp(from, alignment);
        if (below(aligned, from)) {
            return false;
        }
        long start = adjusted(r, aligned, from, size, alignment);
        long end = start + size - 1;
        long least = tree.generation.startsBelowAlignment() ? from : aligned;
        if (below(end, start) || below(start, least) || below(to, end)) {
            return false;
        }
        found = start;
        return true;
    }

    /** {@code pcibios_align_resource()} and, from 7.1 on, {@code pci_align_resource()}. */
    private long adjusted(LiveResource r, long aligned, long from, long size, long alignment) {
        boolean x86 = tree.options.x86();
        if (r.isIo()) {
            return x86 && (aligned & ISA_ALIASES) != 0 ? alignUp(aligned, ISA_STEP) : aligned;
        }
        long start = aligned;
        if (tree.generation.startsBelowAlignment()) {
            long odd = size & (alignment - 1);
            boolean wholeMegabytes = odd != 0 && (odd & (MEGABYTE - 1)) == 0;
            if (wholeMegabytes && !below(start, odd) && !below(start - odd, from)) {
                start -= odd;
            }
        }
        return x86 && below(start, MEGABYTE) ? MEGABYTE : start;
    }

    /** Any gap of the size at the alignment, without x86's rules: what the check of the windows above asks. */
    static boolean hasGap(LiveResource window, long size, long alignment) {
        long from = window.start;
        for (int i = 0; i <= window.childCount(); i++) {
            LiveResource child = i < window.childCount() ? window.child(i) : null;
            long to = child == null ? window.end : child.start - 1;
            boolean isGap = child == null || child.start != window.start;
            if (isGap && !below(to, from)) {
                long start = alignUp(from, alignment);
                long end = start + size - 1;
                if (!below(start, from) && !below(end, start) && !below(to, end)) {
                    return true;
                }
            }
            if (child == null || child.end == window.end) {
                return false;
            }
            from = child.end + 1;
        }
        return false;
    }
}
