package io.barkeeper.plan;

import io.barkeeper.diagnosis.Space;
import io.barkeeper.diagnosis.Spaces;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The address space that one bus offers: the windows of the bridge above it, or the apertures of its host bridge. A window
 * that this bridge lacks is sized and placed by a rescan that reaches the bridge; then the bus further up counts as well.
 */
final class Bay {

    private final List<Space> spaces;
    private final Optional<Bay> above;
    private final boolean lacksIo;
    private final boolean lacksMemory;

    /** @param above the bay of the bus above; empty for a root bus */
    Bay(Topology topology, PciFunction member, Optional<Bay> above) {
        this.spaces = Spaces.around(topology, member);
        this.above = above;
        Optional<PciFunction> bridge = member.parent().map(topology::get);
        this.lacksIo = bridge.map(b -> lacks(b, true)).orElse(false);
        this.lacksMemory = bridge.map(b -> lacks(b, false)).orElse(false);
    }

    private static boolean lacks(PciFunction bridge, boolean io) {
        int windows = 0;
        for (Resource row : bridge.resources()) {
            windows += row.isWindow() && row.kind().isIo() == io && row.isAssigned() ? 1 : 0;
        }
        return windows < (io ? 1 : 2);
    }

    /** Bytes of the largest piece of this kind of space, once some have left. */
    long largestFree(boolean io, Predicate<PciAddress> leaves) {
        long largest = 0;
        for (Space space : spaces) {
            if (space.kind().isIo() == io) {
                largest = AddressRange.max(largest, largestFree(space, leaves));
            }
        }
        return above.isPresent() && (io ? lacksIo : lacksMemory)
                ? AddressRange.max(largest, above.get().largestFree(io, leaves))
                : largest;
    }

    /** Occupants come in ascending order, so what stays of them is walked over once. */
    private static long largestFree(Space space, Predicate<PciAddress> leaves) {
        long largest = 0;
        long end = space.range().end();
        long from = space.range().start();
        for (Space.Occupant occupant : space.occupants()) {
            Optional<ResourceId> owner = occupant.resource();
            if (owner.isPresent() && leaves.test(owner.get().address())) {
                continue;
            }
            AddressRange taken = occupant.range();
            if (AddressRange.below(from, taken.start())) {
                largest = AddressRange.max(largest, taken.start() - from);
            }
            if (!AddressRange.below(taken.end(), end)) {
                return largest;
            }
            from = AddressRange.max(from, taken.end() + 1);
        }
        return AddressRange.max(largest, end - from + 1);
    }
}
