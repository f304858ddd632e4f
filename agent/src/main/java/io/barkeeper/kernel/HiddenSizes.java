package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.ResourceKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Since 6.18 a window that failed keeps, unseen, the size that was tried last, and the next sizing of its bridge may take it
 * for a floor: of I/O windows always, of memory windows until 6.18.9. Earlier kernels show in sysfs all that they keep.
 *
 * <p>Where the kernel log does not tell, the usual history is assumed: the reserve of a hot-plug bridge was tried and failed,
 * of any other bridge nothing was. Where the log does not even reach back to the window's last sizing, other histories are as
 * good: nothing was ever tried; or what the hot-plug bridges below ask for was; or the window had the size that its registers
 * still hold. A size that only a device asked for which is long gone is in no list: nothing is left that would tell it.
 */
final class HiddenSizes {

    private static final long IO_GRANULE = 4096;
    private static final long MEM_GRANULE = 1 << 20;

    private final LiveTree tree;

    HiddenSizes(LiveTree tree) {
        this.tree = tree;
    }

    /** Gives an unassigned window the flags and the size that the kernel keeps. */
    void read(LiveFunction bridge, Resource window, LiveResource live) {
        long usual = usual(bridge.hotplug, window.kind());
        long hidden = window.retained().orElse(usual);
        if (window.isDoubtful() && isFloor(window.kind())) {
            assume(bridge, window, hidden, usual);
        }
        live.flags = NaturalFlags.of(window.kind()) | ResourceFlags.UNSET;
        if (hidden == 0) {
            live.flags |= ResourceFlags.DISABLED;
            live.setRange(0, 0);
        } else {
            live.flags |= ResourceFlags.STARTALIGN;
            live.setRange(live.kind.isIo() ? IO_GRANULE : MEM_GRANULE, hidden);
        }
    }

    private boolean isFloor(ResourceKind kind) {
        return kind.isIo() || tree.generation.oldMemorySizeIsFloor();
    }

    private long usual(boolean hotplug, ResourceKind kind) {
        if (!hotplug) {
            return 0;
        }
        KernelOptions options = tree.options;
        return switch (kind) {
            case WINDOW_IO -> AddressRange.alignUp(options.ioReserve(), IO_GRANULE);
            case WINDOW_MEM -> tree.generation.oldMemorySizeIsFloor() ? options.memReserve() : 0;
            case WINDOW_PREF -> tree.generation.oldMemorySizeIsFloor() ? options.prefReserve() : 0;
            default -> 0;
        };
    }

    private void assume(LiveFunction bridge, Resource window, long hidden, long usual) {
        Set<Long> sizes = new LinkedHashSet<>();
        sizes.add(hidden);
        sizes.add(usual);
        sizes.add(0L);
        if (!bridge.hotplug) {
            sizes.add(askedBelow(bridge.origin, window));
        }
        window.hardware().asRange().ifPresent(open -> sizes.add(open.size()));
        window.mayKeep().ifPresent(sizes::addAll);
        if (sizes.size() > 1) {
            tree.assume(new AssumedSize(bridge.address, window.index(), new ArrayList<>(sizes)));
        }
    }

    /** The sum of what the bridges below have, or reserve. */
    private long askedBelow(PciFunction bridge, Resource window) {
        long sum = 0;
        for (PciFunction child : tree.origin.childrenOf(bridge.address())) {
            if (child.isBridge()) {
                sum += child.resource(window.index())
                        .flatMap(Resource::range)
                        .map(AddressRange::size)
                        .orElseGet(() -> asked(child, window));
            }
        }
        return sum;
    }

    private long asked(PciFunction bridge, Resource window) {
        boolean hotplug = bridge.bridge().map(Bridge::hotplug).orElse(false);
        return hotplug ? usual(true, window.kind()) : askedBelow(bridge, window);
    }
}
