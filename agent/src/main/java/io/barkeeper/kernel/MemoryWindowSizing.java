package io.barkeeper.kernel;

import static io.barkeeper.pci.AddressRange.alignUp;
import static io.barkeeper.pci.AddressRange.below;
import static io.barkeeper.pci.AddressRange.max;
import static io.barkeeper.pci.AddressRange.min;

import io.barkeeper.pci.ResourceFlags;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The size and alignment of a bridge's memory or prefetchable window ({@code pbus_size_mem()}).
 *
 * <p>What must fit is summed up; how the members' alignments combine is the generation's: until 6.18.9 the window's
 * alignment may be smaller than its largest member's when small members fill up the tail, later when they fill up the
 * head. Until then, too, the window never shrinks below the size that it had, and a window that the bridges above
 * cannot hold is sized once more with relaxed alignment (from 6.10 on).
 */
final class MemoryWindowSizing {

    private static final long MEGABYTE = 1 << 20;
    private static final int MEGABYTE_ORDER = 20;

    private final LiveTree tree;
    private final KernelGeneration generation;
    private final OptionalAddition.Queue optional;
    private final long[] buckets;

    private int maxOrder;
    private long required;
    private long childrenAdd;
    private long addAlignment;

    MemoryWindowSizing(LiveTree tree, OptionalAddition.Queue optional) {
        this.tree = tree;
        this.generation = tree.generation;
        this.optional = optional;
        this.buckets = new long[generation.alignmentOrders()];
    }

    void size(LiveBus bus, LiveResource window, long reserve, Predicate<LiveResource> belongs) {
        if (window.assigned()) {
            return;
        }
        Arrays.fill(buckets, 0);
        maxOrder = 0;
        required = 0;
        childrenAdd = 0;
        addAlignment = 0;
        for (LiveFunction function : bus.functions) {
            for (LiveResource r : function.rows) {
                if (r != null && belongs.test(r)) {
                    count(r);
                }
            }
        }
        if (generation.oldMemorySizeIsFloor()) {
            sizeOverOld(bus, window, reserve);
        } else {
            sizeAnew(bus, window, reserve);
        }
    }

    private void count(LiveResource r) {
        long alignment = r.alignment();
        int order = Math.max(Long.numberOfTrailingZeros(alignment) - MEGABYTE_ORDER, 0);
        if (generation.emptyWindowsAreOptional()) {
            if (order < buckets.length && countOptionalParts(r, alignment)) {
                return;
            }
        } else if (countOptional(r, alignment)) {
            return;
        }
        if (order >= buckets.length) {
            tree.trace.say(r, "disabling; bad alignment");
            r.flags = 0;
            return;
        }
        long size = r.size();
        required += max(size, alignment);
        if (!generation.filtersHeadAlignment() || !below(alignment, size)) {
            buckets[order] += alignment;
        }
        maxOrder = Math.max(maxOrder, order);
        if (!generation.emptyWindowsAreOptional() && r.addition != null) {
            childrenAdd += OptionalAddition.sizeFor(r);
            addAlignment = max(addAlignment, OptionalAddition.alignmentFor(r));
        }
    }

    /** VF BARs, from 6.15 on ROMs too: they enter only what the window would like to have. */
    private boolean countOptional(LiveResource r, long alignment) {
        boolean isOptional = generation.knowsOptional() ? r.isOptional(generation) : r.isVfBar();
        if (!isOptional) {
            return false;
        }
        long size = r.size();
        addAlignment = max(addAlignment, alignment);
        if (generation.knowsOptional()) {
            optional.push(r, 0, 0);
        } else {
            r.end = r.start - 1;
            optional.push(r, size, 0);
        }
        childrenAdd += size;
        return true;
    }

    /** {@code pbus_size_mem_optional()} of 7.0: windows bring their optional part, and an empty one is all optional. */
    private boolean countOptionalParts(LiveResource r, long alignment) {
        if (r.isWindow() && r.addition != null) {
            childrenAdd += OptionalAddition.sizeFor(r);
            addAlignment = max(addAlignment, OptionalAddition.alignmentFor(r));
        }
        if (!r.isOptional(generation)) {
            return false;
        }
        if (r.addition == null) {
            optional.push(r, 0, alignment);
        }
        childrenAdd += r.size();
        addAlignment = max(addAlignment, alignment);
        return true;
    }

    /** Until 6.18.9. */
    private void sizeOverOld(LiveBus bus, LiveResource window, long reserve) {
        long old = window.size() == 1 ? 0 : window.size();
        long alignment = max(tailAlignment(), MEGABYTE);
        long relaxed = max(MEGABYTE << maxOrder, MEGABYTE);
        long size0 = alignUp(max(required, old), alignment);
        boolean wanting = reserve != 0 || childrenAdd != 0;
        long size1;
        if (generation.knowsOptional()) {
            if (size0 != 0 && !hasRoomAbove(bus, window, size0, alignment)) {
                alignment = relax(bus, window, alignment, relaxed);
                size0 = alignUp(max(required, old), MEGABYTE);
            }
            size1 = 0;
            if (wanting) {
                addAlignment = max(alignment, addAlignment);
                size1 = alignUp(max(max(required, reserve) + childrenAdd, old), addAlignment);
                if (size1 != 0 && !hasRoomAbove(bus, window, size1, addAlignment)) {
                    alignment = relax(bus, window, alignment, relaxed);
                    size1 = alignUp(max(max(required, reserve) + childrenAdd, old), MEGABYTE);
                }
            }
        } else {
            addAlignment = max(alignment, addAlignment);
            if (size0 != 0 && !hasRoomAbove(bus, window, size0, addAlignment)) {
                alignment = relax(bus, window, alignment, relaxed);
                size0 = alignUp(max(required, old), MEGABYTE);
            }
            size1 = wanting ? alignUp(max(max(required, reserve) + childrenAdd, old), addAlignment) : size0;
        }
        apply(bus, window, size0, size1, alignment);
    }

    private long relax(LiveBus bus, LiveResource window, long alignment, long relaxed) {
        if (tree.trace.isOn()) {
            tree.trace.continued(window, " to " + bus + " requires relaxed alignment rules");
        }
        return generation.keepsFailedWindows() ? min(alignment, relaxed) : relaxed;
    }

    /** From 6.18.15 on: the old size counts no more, and sizes are whole megabytes whatever the alignment. */
    private void sizeAnew(LiveBus bus, LiveResource window, long reserve) {
        long alignment = max(headAlignment(), MEGABYTE);
        long size0 = alignUp(required, MEGABYTE);
        long size1 = 0;
        if (reserve != 0 || childrenAdd != 0) {
            addAlignment = max(alignment, addAlignment);
            size1 = alignUp(wanted(reserve), MEGABYTE);
        }
        apply(bus, window, size0, size1, alignment);
    }

    private long wanted(long reserve) {
        if (generation.mergesReserve()) {
            return max(required + childrenAdd, reserve);
        }
        return max(required, reserve) + childrenAdd;
    }

    private void apply(LiveBus bus, LiveResource window, long size0, long size1, long alignment) {
        if (size0 == 0 && size1 == 0) {
            disable(tree, bus, window);
            return;
        }
        window.setRange(alignment, size0);
        window.flags |= ResourceFlags.STARTALIGN;
        if (size0 != 0) {
            window.flags &= ~ResourceFlags.DISABLED;
        }
        boolean moreAligned = generation.listsAlignmentOnly() && below(alignment, addAlignment);
        if (below(size0, size1) || moreAligned) {
            window.flags &= ~ResourceFlags.DISABLED;
            long add = below(size0, size1) ? size1 - size0 : 0;
            optional.push(window, add, addAlignment);
            if (tree.trace.isOn()) {
                tree.trace.continued(window, String.format(" to %s add_size %x add_align %x", bus, add, addAlignment));
            }
        }
    }

    /** Nothing behind the bridge needs the window. */
    static void disable(LiveTree tree, LiveBus bus, LiveResource window) {
        if (tree.trace.isOn() && (window.start != 0 || window.end != 0)) {
            tree.trace.about(window, "disabling bridge window " + window + " to " + bus + " (unused)");
        }
        if (tree.generation.keepsFailedWindows()) {
            window.flags |= ResourceFlags.DISABLED;
        } else {
            window.flags = 0;
        }
    }

    /** {@code calculate_mem_align()}. */
    private long tailAlignment() {
        long sum = 0;
        long alignment = 0;
        for (int order = 0; order <= maxOrder; order++) {
            long value = MEGABYTE << order;
            if (sum == 0) {
                alignment = value;
            } else if (below(alignUp(sum + alignment, alignment), value)) {
                alignment = value >>> 1;
            }
            sum += buckets[order];
        }
        return alignment;
    }

    /** {@code calculate_head_align()}. */
    private long headAlignment() {
        long head = MEGABYTE << maxOrder;
        long remainder = 0;
        for (int order = maxOrder - 1; order >= 0; order--) {
            long value = MEGABYTE << order;
            remainder += buckets[order];
            while (below(value, head) && !below(remainder, head >>> 1)) {
                head >>>= 1;
                remainder -= head;
            }
        }
        return head;
    }

    /**
     * {@code pbus_upstream_space_available()}: the first assigned window of the type above decides, up to but without
     * the root bus.
     */
    private boolean hasRoomAbove(LiveBus bus, LiveResource window, long size, long alignment) {
        if (!generation.checksUpstream()) {
            return true;
        }
        long type = window.flags & (ResourceFlags.MEM | ResourceFlags.PREFETCH | ResourceFlags.MEM_64);
        LiveResource at = window;
        for (LiveBus above = bus.parent(); above != null && !above.isRoot(); above = above.parent()) {
            LiveResource found;
            if (generation.selectsWindow()) {
                found = WindowSelection.of(tree, above, at);
                if (found == null) {
                    return false;
                }
                at = found;
            } else {
                found = WindowSelection.ofType(above, type | ResourceFlags.PREFETCH, type);
            }
            if (found != null && found.assigned()) {
                return !below(found.size(), size) && FirstFit.hasGap(found, size, alignment);
            }
        }
        return true;
    }
}
