package io.barkeeper.kernel;

import static io.barkeeper.pci.AddressRange.alignUp;
import static io.barkeeper.pci.AddressRange.below;
import static io.barkeeper.pci.AddressRange.max;

import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.ResourceFlags;
import org.jspecify.annotations.Nullable;

/**
 * The size of a bridge's I/O window ({@code pbus_size_io()}): the sum of what is behind it in granules of 4 KiB, and
 * never less than the window had. From 6.15 on the optional size counts the required one in the place of the large
 * resources, so that a hot-plug bridge with any small I/O BAR asks for 4 KiB more each time it is found again.
 */
final class IoWindowSizing {

    private static final long GRANULE = 4096;
    private static final long FINE_GRANULE = 1024;
    private static final long SMALL = 1024;

    private final LiveTree tree;
    private final OptionalAddition.Queue optional;

    IoWindowSizing(LiveTree tree, OptionalAddition.Queue optional) {
        this.tree = tree;
        this.optional = optional;
    }

    void size(LiveBus bus, long reserve) {
        LiveResource window = window(bus);
        if (window == null || window.assigned()) {
            return;
        }
        long small = 0;
        long large = 0;
        long childrenAdd = 0;
        long alignment = granule(bus);
        for (LiveFunction function : bus.functions) {
            for (LiveResource r : function.rows) {
                if (r == null || !isCounted(r)) {
                    continue;
                }
                long size = r.size();
                if (below(size, SMALL)) {
                    small += size;
                } else {
                    large += size;
                }
                alignment = max(alignment, r.alignment());
                childrenAdd += OptionalAddition.sizeFor(r);
            }
        }
        long old = window.size() == 1 ? 0 : window.size();
        long required = sum(small, large, 0, 0, old, alignment);
        long wanted = required;
        if (reserve != 0 || childrenAdd != 0) {
            long second = tree.generation.countsRequiredIoTwice() ? required : large;
            wanted = sum(small, second, reserve, childrenAdd, old, alignment);
        }
        apply(bus, window, required, wanted, alignment);
    }

    private @Nullable LiveResource window(LiveBus bus) {
        return tree.generation.selectsWindow()
                ? WindowSelection.forType(tree, bus, ResourceFlags.IO)
                : WindowSelection.ofType(bus, ResourceFlags.IO, ResourceFlags.IO);
    }

    private static long granule(LiveBus bus) {
        LiveFunction bridge = bus.bridge;
        boolean fine = bridge != null
                && bridge.origin
                        .bridge()
                        .map(Bridge::windows)
                        .map(w -> w.io1k())
                        .orElse(false);
        return fine ? FINE_GRANULE : GRANULE;
    }

    /** Fixed resources count here, unlike for memory. */
    private boolean isCounted(LiveResource r) {
        if (r.assigned() || !r.isIo()) {
            return false;
        }
        return !(tree.generation.keepsFailedWindows() && r.isWindow() && r.has(ResourceFlags.DISABLED));
    }

    private static long sum(long small, long large, long add, long childrenAdd, long old, long alignment) {
        return alignUp(max(max(small + large, add) + childrenAdd, old), alignment);
    }

    private void apply(LiveBus bus, LiveResource window, long required, long wanted, long alignment) {
        if (required == 0 && wanted == 0) {
            MemoryWindowSizing.disable(tree, bus, window);
            return;
        }
        window.setRange(alignment, required);
        window.flags |= ResourceFlags.STARTALIGN;
        if (required != 0) {
            window.flags &= ~ResourceFlags.DISABLED;
        }
        if (below(required, wanted)) {
            window.flags &= ~ResourceFlags.DISABLED;
            optional.push(window, wanted - required, alignment);
            if (tree.trace.isOn()) {
                tree.trace.continued(window, String.format(" to %s add_size %x", bus, wanted - required));
            }
        }
    }
}
