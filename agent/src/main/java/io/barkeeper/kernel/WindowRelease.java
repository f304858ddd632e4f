package io.barkeeper.kernel;

import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes room for a second try ({@code pci_prepare_next_assign_round()} and {@code pci_bus_release_bridge_resources()}):
 * for every failure, windows on the bus of the failed resource lose their addresses, with everything inside them, and
 * close in hardware.
 *
 * <p>Usually the failure is a BAR and the bus that of the slot, so that only the port's own window goes. When the
 * failure is the port's window itself, the bus is the one above: then the windows of all sibling ports go too, under
 * live drivers, and nobody gives them back.
 */
final class WindowRelease {

    private final LiveTree tree;
    private final KernelGeneration generation;

    WindowRelease(LiveTree tree) {
        this.tree = tree;
        this.generation = tree.generation;
    }

    void release(List<Failure> failures) {
        for (Failure failure : failures) {
            LiveFunction owner = failure.resource().owner;
            if (owner == null) {
                continue;
            }
            if (generation.selectsWindow()) {
                LiveResource key = WindowSelection.forType(tree, owner.bus, failure.flags());
                if (key != null) {
                    releaseInside(owner.bus, key);
                }
            } else {
                releaseType(owner.bus, failure.flags());
            }
        }
        for (Failure failure : failures) {
            failure.restore();
            if (!generation.keepsFailedWindows() && failure.resource().isWindow()) {
                failure.resource().flags = 0;
            }
        }
    }

    /** Until 6.17: one window of the failed type of every bridge at and below the bus, whatever it lies in. */
    private void releaseType(LiveBus bus, long type) {
        for (LiveFunction function : bus.functions) {
            if (function.secondary != null && function.isPciBridge()) {
                releaseType(function.secondary, type);
            }
        }
        LiveFunction bridge = bus.bridge;
        if (bridge == null || !bridge.isPciBridge()) {
            return;
        }
        LiveResource window = bridge.row(rowFor(bridge, type));
        if (!window.assigned()) {
            return;
        }
        window.releaseChildren(tree.trace);
        window.release();
        if (tree.trace.isOn()) {
            tree.trace.say(bridge, "resource " + window.index + " " + window + " released");
        }
        long kept = window.typeFlags();
        window.setRange(0, window.size());
        window.flags = 0;
        BridgeRegisters.program(window);
        window.flags = kept;
    }

    private static int rowFor(LiveFunction bridge, long type) {
        LiveResource pref = bridge.row(Resource.WINDOW_PREF);
        if ((type & ResourceFlags.IO) != 0) {
            return Resource.WINDOW_IO;
        }
        if ((type & ResourceFlags.PREFETCH) == 0) {
            return Resource.WINDOW_MEM;
        }
        boolean wide = pref.has(ResourceFlags.MEM_64);
        boolean goesThere = wide ? (type & ResourceFlags.MEM_64) != 0 : pref.has(ResourceFlags.PREFETCH);
        return goesThere ? Resource.WINDOW_PREF : Resource.WINDOW_MEM;
    }

    /** From 6.18 on: the window that the failed resource belongs to, and the windows of bridges inside it. */
    private void releaseInside(LiveBus bus, LiveResource key) {
        for (LiveFunction function : bus.functions) {
            LiveBus below = function.secondary;
            if (below == null || !function.isPciBridge()) {
                continue;
            }
            for (LiveResource window : below.windows) {
                if (window.parent == key && window != key) {
                    releaseInside(below, window);
                }
            }
        }
        @Nullable LiveFunction bridge = bus.bridge;
        if (bridge == null || !bridge.isPciBridge() || !key.assigned()) {
            return;
        }
        key.releaseChildren(tree.trace);
        tree.trace.say(key, "releasing");
        key.release();
        key.setRange(0, key.size());
        key.flags |= ResourceFlags.UNSET;
        BridgeRegisters.program(key);
    }
}
