package io.barkeeper.kernel;

import static io.barkeeper.pci.AddressRange.max;
import static io.barkeeper.pci.AddressRange.min;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;

/**
 * Finds an address for one resource ({@code pci_assign_resource()} and {@code pci_reassign_resource()}).
 *
 * <p>Windows of the resource's bus are tried in up to three rounds: those that match it exactly in prefetchability and
 * width; for 64-bit prefetchable resources those that match in prefetchability; for any that is prefetchable or 64 bits
 * wide all windows of its type. Within a round a 64-bit resource is tried above 4 GiB first, then anywhere; any other
 * must lie below. A prefetchable window never takes what is not prefetchable.
 */
final class Placement {

    private static final long TYPE = ResourceFlags.IO | ResourceFlags.MEM;
    private static final long EXACT = ResourceFlags.PREFETCH | ResourceFlags.MEM_64;
    private static final long MIN_IO = 0x1000;

    private final LiveTree tree;
    private final FirstFit search;
    private final TriedWindows tried;

    Placement(LiveTree tree) {
        this.tree = tree;
        this.search = new FirstFit(tree);
        this.tried = new TriedWindows(tree.trace);
    }

    /** {@code pci_assign_resource()}: places a resource by its size and alignment. False when there is no room. */
    boolean assign(LiveResource r) {
        if (r.has(ResourceFlags.PCI_FIXED)) {
            return true;
        }
        r.flags |= ResourceFlags.UNSET;
        long alignment = r.alignment();
        if (alignment == 0) {
            tree.trace.say(r, "can't assign; bogus alignment");
            return false;
        }
        if (!place(r, r.size(), alignment)) {
            tree.trace.say(r, "can't assign; no space");
            tried.sayFull(r, r.size(), alignment);
            tree.trace.say(r, "failed to assign");
            return false;
        }
        settle(r);
        tree.trace.say(r, "assigned");
        tried.sayFound(r);
        return true;
    }

    /** {@code pci_reassign_resource()}: grows an assigned resource, or moves it when it is empty. */
    void expand(LiveResource r, long add, long alignment) {
        if (r.has(ResourceFlags.PCI_FIXED)) {
            return;
        }
        long flags = r.flags;
        if (place(r, r.size() + add, alignment)) {
            settle(r);
            if (tree.trace.isOn()) {
                tree.trace.say(r, String.format("reassigned; expanded by 0x%x", add));
            }
        } else {
            r.flags = flags;
            if (tree.trace.isOn()) {
                tree.trace.say(r, String.format("failed to expand by 0x%x", add));
                tried.sayFull(r, r.size() + add, alignment);
            }
        }
    }

    private void settle(LiveResource r) {
        r.flags &= ~(ResourceFlags.UNSET | ResourceFlags.STARTALIGN);
        if (tree.generation.keepsFailedWindows()) {
            r.flags &= ~ResourceFlags.DISABLED;
        }
        boolean isWritten =
                r.index < Resource.ROM || r.isVfBar() || (r.index == Resource.ROM && r.has(ResourceFlags.ROM_ENABLE));
        if (isWritten) {
            r.registers = AddressRange.fitting(r.start, r.decodedSize > 0 ? r.decodedSize : r.size())
                    .map(Decoded::at)
                    .orElseGet(Decoded::closed);
        }
    }

    private boolean place(LiveResource r, long size, long alignment) {
        tried.begin();
        LiveFunction owner = r.owner;
        LiveBus bus = owner == null ? null : owner.bus;
        while (bus != null) {
            if (placeOn(bus, r, size, alignment)) {
                return true;
            }
            LiveFunction bridge = bus.bridge;
            if (bridge == null || !bridge.isSubtractive()) {
                break;
            }
            bus = bridge.bus;
            tree.doubt(r, "it found no room behind a bridge that decodes subtractively, which was never checked live");
        }
        return false;
    }

    private boolean placeOn(LiveBus bus, LiveResource r, long size, long alignment) {
        if (bus.isRoot() && tree.knowsNoApertures()) {
            tree.doubt(r, "the apertures of the host bridge are unknown");
            return false;
        }
        if (placeMatching(bus, r, size, alignment, EXACT)) {
            return true;
        }
        long kind = r.flags & EXACT;
        boolean placed = (kind == EXACT && placeMatching(bus, r, size, alignment, ResourceFlags.PREFETCH))
                || (kind != 0 && placeMatching(bus, r, size, alignment, 0));
        if (!placed && bus.isRoot() && !tree.knowsAllApertures(bus)) {
            tree.doubt(r, "not all apertures of the host bridge are known");
        }
        return placed;
    }

    private boolean placeMatching(LiveBus bus, LiveResource r, long size, long alignment, long mask) {
        if (!r.has(ResourceFlags.MEM_64)) {
            return placeWithin(bus, r, size, alignment, mask, AddressRange.BELOW_4G);
        }
        return placeWithin(bus, r, size, alignment, mask, AddressRange.ABOVE_4G)
                || placeWithin(bus, r, size, alignment, mask, AddressRange.ALL);
    }

    private boolean placeWithin(
            LiveBus bus, LiveResource r, long size, long alignment, long mask, AddressRange region) {
        for (LiveResource window : bus.windows) {
            if (!mayHold(window, r, mask)) {
                continue;
            }
            long least = max(window.start, region.start());
            long most = min(window.end, region.end());
            if (AddressRange.below(most, least)) {
                continue;
            }
            tried.add(window);
            if (least == 0) {
                least = r.isIo() ? MIN_IO : gapStart(r);
            }
            if (search.find(window, r, size, alignment, least, most, r.parent == window ? r : null)
                    && move(window, r, size)) {
                return true;
            }
        }
        return false;
    }

    private boolean mayHold(LiveResource window, LiveResource r, long mask) {
        if (((window.flags ^ r.flags) & (mask | TYPE)) != 0) {
            return false;
        }
        if (window.has(ResourceFlags.PREFETCH) && !r.has(ResourceFlags.PREFETCH)) {
            return false;
        }
        return !(tree.generation.keepsFailedWindows() && window.has(ResourceFlags.UNSET | ResourceFlags.DISABLED));
    }

    private long gapStart(LiveResource r) {
        if (tree.origin.firmware().gapStart().isEmpty()) {
            tree.doubt(r, "where the firmware leaves memory for PCI devices is unknown, and an aperture begins at 0");
        }
        return tree.origin.firmware().gapStart().orElse(0);
    }

    /** Takes the range that was found. What has children keeps its start, or stays where it is. */
    private boolean move(LiveResource window, LiveResource r, long size) {
        if (r.assigned()) {
            if (r.childCount() > 0) {
                return false;
            }
            r.release();
        }
        r.setRange(search.found, size);
        return window.insert(r);
    }
}
