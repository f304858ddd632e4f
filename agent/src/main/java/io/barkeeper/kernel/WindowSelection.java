package io.barkeeper.kernel;

import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import org.jspecify.annotations.Nullable;

/**
 * Which window of a bus a resource belongs to, since 6.18 ({@code pbus_select_window()}): prefetchable memory goes to
 * the prefetchable window unless that is 64 bits wide and the resource is not; all other memory to the memory window.
 */
final class WindowSelection {

    private static final long TYPE =
            ResourceFlags.IO | ResourceFlags.MEM | ResourceFlags.PREFETCH | ResourceFlags.MEM_64;

    private WindowSelection() {}

    /** The window that holds the resource, or the one that should. */
    static @Nullable LiveResource of(LiveTree tree, LiveBus bus, LiveResource resource) {
        return resource.parent != null ? resource.parent : forType(tree, bus, resource.flags);
    }

    /** {@code pbus_select_window_for_type()}; null when there is none. */
    static @Nullable LiveResource forType(LiveTree tree, LiveBus bus, long flags) {
        long type = flags & TYPE;
        if ((type & (ResourceFlags.IO | ResourceFlags.MEM)) == 0) {
            return null;
        }
        if (bus.isRoot()) {
            return atRoot(bus, type);
        }
        LiveResource window = bus.windows.get(rowFor(bus, type) - Resource.WINDOW_IO);
        boolean absent =
                tree.generation.skipsAbsentWindows() && !window.has(type & (ResourceFlags.IO | ResourceFlags.MEM));
        return absent ? null : window;
    }

    private static int rowFor(LiveBus bus, long type) {
        if ((type & ResourceFlags.IO) != 0) {
            return Resource.WINDOW_IO;
        }
        LiveResource pref = bus.windows.get(2);
        if ((type & ResourceFlags.PREFETCH) == 0 || !pref.has(ResourceFlags.MEM)) {
            return Resource.WINDOW_MEM;
        }
        boolean fits = (type & ResourceFlags.MEM_64) != 0 || !pref.has(ResourceFlags.MEM_64);
        return fits ? Resource.WINDOW_PREF : Resource.WINDOW_MEM;
    }

    private static @Nullable LiveResource atRoot(LiveBus bus, long type) {
        LiveResource window = ofType(bus, type, type);
        if (window == null) {
            long narrow = type & ~ResourceFlags.MEM_64;
            window = ofType(bus, narrow, narrow);
        }
        if (window == null) {
            long plain = type & ~(ResourceFlags.MEM_64 | ResourceFlags.PREFETCH);
            window = ofType(bus, plain, plain);
        }
        return window;
    }

    /** {@code find_bus_resource_of_type()}: the first unassigned window of the type, otherwise the first assigned one. */
    static @Nullable LiveResource ofType(LiveBus bus, long mask, long type) {
        LiveResource firstAssigned = null;
        for (LiveResource window : bus.windows) {
            if ((window.flags & mask) != type) {
                continue;
            }
            if (!window.assigned()) {
                return window;
            }
            if (firstAssigned == null) {
                firstAssigned = window;
            }
        }
        return firstAssigned;
    }
}
