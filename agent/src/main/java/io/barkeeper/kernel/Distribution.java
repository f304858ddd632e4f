package io.barkeeper.kernel;

import static io.barkeeper.pci.AddressRange.alignDown;
import static io.barkeeper.pci.AddressRange.alignUp;
import static io.barkeeper.pci.AddressRange.below;
import static io.barkeeper.pci.AddressRange.min;

import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import java.util.List;

/**
 * Gives the space that a hot-plug port has to spare to the bridges below it
 * ({@code pci_bus_distribute_available_resources()}), so that the next device in a switch finds room. For each kind of
 * window the model carries the kernel's two numbers, where the free space begins and ends, with its arithmetic: both
 * wrap at 64 bits, and after each bridge the start becomes the sum of start and end.
 */
final class Distribution {

    private static final int KINDS = 3;

    /** Seen on 7.0.13, 7.1.13 and 7.2.12; 6.19.14 and older do not shrink this way. */
    private static final String WEDGES = "this kernel follows a null pointer where it shrinks a window that has no"
            + " optional part, and holds the rescan lock from then on";

    private final LiveTree tree;
    private final OptionalAddition.Queue optional;
    private boolean wide;

    Distribution(LiveTree tree, OptionalAddition.Queue optional) {
        this.tree = tree;
        this.optional = optional;
    }

    void distribute(LiveFunction port) {
        LiveBus below = port.secondary;
        if (below == null) {
            return;
        }
        long[] start = new long[KINDS];
        long[] end = new long[KINDS];
        for (int i = 0; i < KINDS; i++) {
            start[i] = window(port, i).start;
            end[i] = window(port, i).end;
        }
        wide = window(port, 2).has(ResourceFlags.MEM_64);
        distribute(below, port, start, end);
    }

    private static LiveResource window(LiveFunction bridge, int kind) {
        return bridge.row(Resource.WINDOW_IO + kind);
    }

    private void distribute(LiveBus bus, LiveFunction bridge, long[] start, long[] end) {
        for (int i = 0; i < KINDS; i++) {
            LiveResource window = window(bridge, i);
            long alignment = window.alignment();
            if (!window.assigned() && alignment != 0) {
                start[i] = min(alignUp(start[i], alignment), end[i] + 1);
            }
            adjust(window, i, end[i] - start[i] + 1);
        }
        List<LiveFunction> bridges =
                bus.functions.stream().filter(LiveFunction::isBridge).toList();
        if (bridges.isEmpty()) {
            return;
        }
        long hotplugs = bridges.stream().filter(b -> b.hotplug).count();
        takeAway(bus, bridge, start, end);
        long sharers = hotplugs > 0 ? hotplugs : bridges.size();
        long[] share = new long[KINDS];
        for (int i = 0; i < KINDS; i++) {
            share[i] = Long.divideUnsigned(end[i] - start[i] + 1, sharers);
        }
        for (LiveFunction next : bridges) {
            LiveBus below = next.secondary;
            if (below == null || (hotplugs > 0 && !next.hotplug)) {
                continue;
            }
            for (int i = 0; i < KINDS; i++) {
                LiveResource window = window(next, i);
                long alignment = window.alignment();
                end[i] = start[i] + (alignment == 0 ? share[i] : alignDown(share[i], alignment)) - 1;
                start[i] -= window.size();
            }
            distribute(below, next, start.clone(), end.clone());
            for (int i = 0; i < KINDS; i++) {
                start[i] += end[i] + 1;
            }
        }
    }

    /** {@code adjust_bridge_window()}: an unassigned window takes all that is there. */
    private void adjust(LiveResource window, int kind, long available) {
        long size = window.size();
        if (window.assigned() || available == 0 || available == size) {
            return;
        }
        if (below(available, size) && tree.generation.shrinksOnlyOptionalPart()) {
            shrinkOptionalPart(window, kind, size - available);
            return;
        }
        window.setRange(window.start, available);
        optional.remove(window);
    }

    private void shrinkOptionalPart(LiveResource window, int kind, long missing) {
        long reserve = switch (kind) {
            case 0 -> tree.options.ioReserve();
            case 1 -> tree.options.memReserve();
            default -> tree.options.prefReserve();
        };
        if (below(reserve, window.size())) {
            return;
        }
        OptionalAddition entry = window.addition;
        if (entry == null) {
            tree.doubt(window, WEDGES);
        } else if (below(missing, entry.addSize)) {
            entry.addSize -= missing;
        } else {
            optional.remove(window);
        }
    }

    /** What the functions of the bus need themselves. */
    private void takeAway(LiveBus bus, LiveFunction bridge, long[] start, long[] end) {
        for (LiveFunction function : bus.functions) {
            if (function.origin.isVirtualFunction()) {
                continue;
            }
            for (LiveResource r : function.rows) {
                int kind = r == null ? -1 : kindOf(bus, bridge, r);
                if (r == null || kind < 0 || r.size() == 0) {
                    continue;
                }
                long alignment = r.alignment();
                long pad = alignment == 0 ? 0 : alignUp(start[kind], alignment) - start[kind];
                start[kind] = min(start[kind] + pad + r.size(), end[kind] + 1);
            }
        }
    }

    private int kindOf(LiveBus bus, LiveFunction bridge, LiveResource r) {
        if (tree.generation.selectsWindow()) {
            LiveResource window = WindowSelection.of(tree, bus, r);
            for (int i = 0; i < KINDS; i++) {
                if (window == window(bridge, i)) {
                    return i;
                }
            }
            return -1;
        }
        if (r.isIo()) {
            return 0;
        }
        if (!r.has(ResourceFlags.MEM)) {
            return -1;
        }
        return r.has(ResourceFlags.PREFETCH) && r.has(ResourceFlags.MEM_64) == wide ? 2 : 1;
    }
}
