package io.barkeeper.kernel;

import io.barkeeper.pci.ResourceFlags;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code resourceN_resize} ({@code pci_resize_resource()} and {@code pci_reassign_bridge_resources()}): the BARs that
 * share a window with the resized one are released, then, walking up, each window that nothing else lies in; all is
 * sized and assigned again from the topmost of them. When that fails, BARs and windows get their places back. A BAR that
 * found no place earlier has lost its flags in the kernel, which then takes it for none and refuses. The model follows the source of each release, but no machine at hand could check it: every prediction carries a doubt.
 */
final class BarResize {

    private static final long TYPE =
            ResourceFlags.IO | ResourceFlags.MEM | ResourceFlags.PREFETCH | ResourceFlags.MEM_64;

    private final LiveTree tree;

    BarResize(LiveTree tree) {
        this.tree = tree;
    }

    boolean resize(LiveFunction function, Action.Resize action) {
        LiveResource bar =
                action.bar() >= 0 && action.bar() < io.barkeeper.pci.Resource.ROM ? function.rows[action.bar()] : null;
        if (bar == null || bar.kind.isIo()) {
            tree.doubt(function.address, action.bar(), "it has no memory BAR of this number");
            return false;
        }
        if (bar.flags == 0) {
            tree.doubt(bar, "the kernel refuses to resize a BAR that has no address");
            return false;
        }
        if (function.driver.isPresent()) {
            tree.doubt(bar, "the kernel refuses to resize a BAR under a driver: " + function.driver.get());
            return false;
        }
        if (Long.bitCount(action.size()) != 1 || Long.compareUnsigned(action.size(), 1 << 20) < 0) {
            tree.doubt(bar, "a BAR is a power of two of at least 1 MiB");
            return false;
        }
        tree.doubt(function.address, bar.index, Risk.REBAR);
        carryOut(function, bar, action.size());
        return true;
    }

    private void carryOut(LiveFunction function, LiveResource bar, long size) {
        List<Failure> saved = new ArrayList<>();
        List<LiveResource> parents = new ArrayList<>();
        LiveResource window = WindowSelection.of(tree, function.bus, bar);
        for (LiveResource row : function.rows) {
            if (row != null && !row.isWindow() && (row == bar || sharesWindow(function, row, bar, window))) {
                save(row, saved, parents);
                row.release();
                row.setRange(0, row.size());
            }
        }
        long oldSize = bar.decodedSize;
        bar.decodedSize = size;
        bar.setRange(0, size);
        LiveFunction top = releaseUpwards(function.bus, bar, saved, parents);
        if (top != null && !assignFrom(top)) {
            bar.decodedSize = oldSize;
            restore(saved, parents);
        }
        OptionalAddition.Queue none = new OptionalAddition.Queue();
        new TreeAssignment(tree, none, null).assign(function.bus);
    }

    private boolean sharesWindow(
            LiveFunction function, LiveResource row, LiveResource bar, @Nullable LiveResource window) {
        if (!row.assigned()) {
            return false;
        }
        return tree.generation.selectsWindow()
                ? WindowSelection.of(tree, function.bus, row) == window
                : ((row.flags ^ bar.flags) & TYPE) == 0;
    }

    private static void save(LiveResource r, List<Failure> saved, List<LiveResource> parents) {
        saved.add(Failure.of(r));
        parents.add(r.parent == null ? r : r.parent);
    }

    /** The topmost bridge whose window was released; null when none could be. */
    private @Nullable LiveFunction releaseUpwards(
            LiveBus start, LiveResource bar, List<Failure> saved, List<LiveResource> parents) {
        LiveFunction top = null;
        LiveResource at = bar;
        for (LiveBus bus = start; bus != null && bus.bridge != null; bus = bus.parent()) {
            LiveResource window = tree.generation.selectsWindow()
                    ? WindowSelection.forType(tree, bus, at.flags)
                    : WindowSelection.ofType(bus, TYPE, bar.flags & TYPE);
            if (window == null || (window.childCount() > 0 && !tree.generation.selectsWindow())) {
                break;
            }
            top = bus.bridge;
            if (window.childCount() == 0) {
                save(window, saved, parents);
                window.release();
                if (tree.generation.keepsFailedWindows()) {
                    window.setRange(0, window.size());
                    window.flags |= ResourceFlags.UNSET;
                } else {
                    window.start = 0;
                    window.end = 0;
                }
            }
            at = window;
        }
        return top;
    }

    private boolean assignFrom(LiveFunction top) {
        LiveBus below = top.secondary;
        if (below == null) {
            return false;
        }
        OptionalAddition.Queue optional = new OptionalAddition.Queue();
        List<Failure> failures = new ArrayList<>();
        new BridgeSizing(tree, optional).size(below);
        new TreeAssignment(tree, optional, failures).assignBridge(top);
        optional.clear();
        return failures.stream().allMatch(f -> f.resource().isOptional(tree.generation));
    }

    private static void restore(List<Failure> saved, List<LiveResource> parents) {
        for (Failure failure : saved) {
            failure.resource().release();
            failure.restore();
        }
        for (int i = saved.size() - 1; i >= 0; i--) {
            LiveResource r = saved.get(i).resource();
            if (parents.get(i) != r && parents.get(i).insert(r) && r.isWindow()) {
                BridgeRegisters.program(r);
            }
        }
    }
}
