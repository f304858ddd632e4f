package io.barkeeper.plan;

import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * BARs that compete for the same pieces of address space.
 *
 * <p>A BAR begins at a multiple of its size, which is a power of two. So cut every piece into aligned blocks of one size:
 * each BAR of that size or larger fills whole blocks, and when they fill more blocks than there are, no layout exists,
 * however well the rest is arranged. Asked for every size that occurs, this catches what is too much in sum as well as
 * what fails only because no aligned piece is left.
 */
final class Demand {

    private final List<AddressRange> pieces;
    private final List<Bar> bars = new ArrayList<>();

    /** @param pieces what nobody holds for good */
    Demand(List<AddressRange> pieces) {
        this.pieces = pieces;
    }

    /** One BAR, of a power of two in bytes. */
    private record Bar(PciAddress owner, long size) {}

    /**
     * What cannot be met.
     *
     * @param block bytes of the blocks that are too few
     * @param capacity bytes in such blocks
     * @param needed bytes of the BARs of at least that size
     */
    record Excess(long block, long capacity, long needed) {
        long missing() {
            return needed - capacity;
        }
    }

    void add(PciAddress owner, long size) {
        bars.add(new Bar(owner, size));
    }

    /** The excess among the largest BARs for which there is one; empty when the blocks suffice. */
    Optional<Excess> excess() {
        TreeSet<Long> sizes = new TreeSet<>(Long::compareUnsigned);
        bars.forEach(b -> sizes.add(b.size()));
        for (long block : sizes.descendingSet()) {
            long needed = 0;
            for (Bar bar : bars) {
                needed += AddressRange.below(bar.size(), block) ? 0 : bar.size();
            }
            long capacity = 0;
            for (AddressRange piece : pieces) {
                capacity += blocks(piece, block);
            }
            if (AddressRange.below(capacity, needed)) {
                return Optional.of(new Excess(block, capacity, needed));
            }
        }
        return Optional.empty();
    }

    /** Bytes of whole aligned blocks in a piece. */
    private static long blocks(AddressRange piece, long block) {
        if (AddressRange.below(piece.size(), block)) {
            return 0;
        }
        long start = AddressRange.alignUp(piece.start(), block);
        if (!piece.contains(start)) {
            return 0;
        }
        long room = piece.end() - start + 1;
        return room - Long.remainderUnsigned(room, block);
    }

    /**
     * The nearest change that would help: the device that has the least of these BARs and yet enough of them; when none
     * has, all that is missing.
     */
    String remedy(Excess excess) {
        Map<PciAddress, Long> shares = new TreeMap<>();
        for (Bar bar : bars) {
            if (!AddressRange.below(bar.size(), excess.block())) {
                shares.merge(bar.owner(), bar.size(), Long::sum);
            }
        }
        return shares.entrySet().stream()
                .filter(e -> !AddressRange.below(e.getValue(), excess.missing()))
                .min(Map.Entry.<PciAddress, Long>comparingByValue(Long::compareUnsigned)
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(e -> Sizes.human(excess.missing()) + " less in " + e.getKey() + ", or that device elsewhere")
                .orElse("unplug devices that need " + Sizes.human(excess.missing()) + " there");
    }
}
