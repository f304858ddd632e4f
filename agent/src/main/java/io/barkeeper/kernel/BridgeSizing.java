package io.barkeeper.kernel;

import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How large each window below a bus must be ({@code __pci_bus_size_bridges()}): from the leaves up, for each bridge its
 * I/O window, then the prefetchable one, then the memory window. What a window needs becomes its size; what it would
 * like on top goes on the list of optional additions. A window that is assigned is left alone, with all in it.
 */
final class BridgeSizing {

    private final LiveTree tree;
    private final KernelGeneration generation;
    private final IoWindowSizing ioSizing;
    private final MemoryWindowSizing memorySizing;

    BridgeSizing(LiveTree tree, OptionalAddition.Queue optional) {
        this.tree = tree;
        this.generation = tree.generation;
        this.ioSizing = new IoWindowSizing(tree, optional);
        this.memorySizing = new MemoryWindowSizing(tree, optional);
    }

    /** Sizes every window below the bus, and those of the bridge that leads to it. */
    void size(LiveBus bus) {
        sizeBelow(bus);
        LiveFunction bridge = bus.bridge;
        if (bridge == null) {
            return;
        }
        restoreTypes(bridge);
        KernelOptions options = tree.options;
        ioSizing.size(bus, bridge.hotplug ? options.ioReserve() : 0);
        long mem = bridge.hotplug ? options.memReserve() : 0;
        long pref = bridge.hotplug ? options.prefReserve() : 0;
        if (generation.selectsWindow()) {
            sizeBySelection(bus, mem, pref);
        } else {
            sizeByTypes(bus, mem, pref);
        }
    }

    /** Sizes what lies below the bridges on a bus, in list order. */
    void sizeBelow(LiveBus bus) {
        for (LiveFunction function : bus.functions) {
            if (function.secondary != null) {
                size(function.secondary);
            }
        }
    }

    /** {@code pci_bridge_check_ranges()}: each window gets its type bits back, so one that was wiped is tried again. */
    private void restoreTypes(LiveFunction bridge) {
        Bridge.Windows windows =
                bridge.origin.bridge().map(Bridge::windows).orElse(new Bridge.Windows(false, false, false, false));
        bridge.row(Resource.WINDOW_MEM).flags |= ResourceFlags.MEM;
        if (windows.io()) {
            bridge.row(Resource.WINDOW_IO).flags |= ResourceFlags.IO;
        }
        if (windows.pref()) {
            bridge.row(Resource.WINDOW_PREF).flags |= NaturalFlags.prefetchable(windows.pref64());
        }
    }

    private void sizeBySelection(LiveBus bus, long mem, long pref) {
        LiveResource prefWindow = bus.windows.get(2);
        if (prefWindow.has(ResourceFlags.PREFETCH)) {
            memorySizing.size(bus, prefWindow, pref, resource -> isSelected(bus, prefWindow, resource));
        }
        LiveResource window = WindowSelection.forType(tree, bus, ResourceFlags.MEM);
        if (window != null) {
            memorySizing.size(bus, window, mem, resource -> isSelected(bus, window, resource));
        }
    }

    private boolean isSelected(LiveBus bus, LiveResource window, LiveResource resource) {
        LiveFunction owner = resource.owner;
        return owner != null
                && owner.isAssignable()
                && LiveFunction.mayBePlaced(resource, generation)
                && WindowSelection.of(tree, bus, resource) == window;
    }

    /**
     * Before 6.18 a window takes resources whose type bits equal one of three patterns: a 64-bit prefetchable window
     * takes 64-bit prefetchable resources only, a 32-bit one all prefetchable, and the memory window the rest. Without
     * any prefetchable window the memory window takes all, and the reserves of both.
     */
    private void sizeByTypes(LiveBus bus, long mem, long pref) {
        final long memory = ResourceFlags.MEM;
        final long prefetchable = memory | ResourceFlags.PREFETCH;
        final long wide = prefetchable | ResourceFlags.MEM_64;
        if (bus.windows.get(2).has(ResourceFlags.MEM_64)) {
            LiveResource window = WindowSelection.ofType(bus, wide, wide);
            if (window != null) {
                memorySizing.size(bus, window, pref, oneOf(wide, wide, wide, wide));
                sizeRest(bus, mem, oneOf(wide, memory, prefetchable, memory | ResourceFlags.MEM_64));
                return;
            }
        }
        LiveResource window = WindowSelection.ofType(bus, prefetchable, prefetchable);
        if (window != null) {
            memorySizing.size(bus, window, pref, oneOf(prefetchable, prefetchable, prefetchable, prefetchable));
            sizeRest(bus, mem, oneOf(prefetchable, memory, memory, memory));
        } else {
            sizeRest(bus, mem + pref, oneOf(memory, memory, memory, memory));
        }
    }

    private void sizeRest(LiveBus bus, long reserve, Predicate<LiveResource> belongs) {
        @Nullable
        LiveResource window =
                WindowSelection.ofType(bus, ResourceFlags.MEM | ResourceFlags.PREFETCH, ResourceFlags.MEM);
        if (window != null) {
            memorySizing.size(bus, window, reserve, belongs);
        }
    }

    private static Predicate<LiveResource> oneOf(long mask, long type, long type2, long type3) {
        return resource -> {
            long masked = resource.flags & mask;
            return !resource.assigned()
                    && !resource.has(ResourceFlags.PCI_FIXED)
                    && (masked == type || masked == type2 || masked == type3);
        };
    }
}
