package io.barkeeper.plan;

import io.barkeeper.pci.AddressRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What has to be laid out in one piece: a BAR, or a bridge's window with what goes into it.
 *
 * <p>Whatever order its parts have, laying each down at the lowest address it may have after the one before ends lowest,
 * and ends no lower when it begins higher. So the best order of some parts is the best order of all but one of them,
 * followed by that one: a search over subsets is exact, and where the parts are too many for it the largest go first.
 *
 * <p>Moved by a multiple of the largest alignment in it, a window has all its parts where they were. So how far it
 * reaches is worked out once for each distance of its start from such a multiple, as if there were room without end;
 * no order ends lower for having less room. Otherwise each level of bridges would multiply the work by its orders.
 */
final class Block {

    private static final int FEW = 6;

    private final long granule;
    private final List<Block> parts;
    private final Optional<PlanResult.Place> bar;
    private final long alignment;
    /** Bytes from a window's start to its last address, by where it starts within its alignment; empty when past the top. */
    private final Map<Long, OptionalLong> reaches = new HashMap<>();

    /**
     * @param granule a BAR's size, a power of two; the least size and alignment of a window
     * @param parts what goes into a window; empty for a BAR
     * @param bar which BAR it is; empty for a window
     */
    Block(long granule, List<Block> parts, Optional<PlanResult.Place> bar) {
        this.granule = granule;
        this.parts = List.copyOf(parts);
        this.bar = bar;
        this.alignment = parts.stream().mapToLong(p -> p.alignment).reduce(granule, AddressRange::max);
    }

    /** The size of a BAR, in bytes. */
    long granule() {
        return granule;
    }

    /** The last address it takes when it may begin at {@code from}; empty when that is past {@code last}. */
    OptionalLong end(long from, long last) {
        long start = AddressRange.alignUp(from, granule);
        if (AddressRange.below(start, from) || AddressRange.below(last, start)) {
            return OptionalLong.empty();
        }
        OptionalLong reach = reach(start);
        boolean fits = reach.isPresent() && !AddressRange.below(last - start, reach.getAsLong());
        return fits ? OptionalLong.of(start + reach.getAsLong()) : OptionalLong.empty();
    }

    private OptionalLong reach(long start) {
        return bar.isPresent()
                ? OptionalLong.of(granule - 1)
                : reaches.computeIfAbsent(start & (alignment - 1), this::reachOfWindow);
    }

    private OptionalLong reachOfWindow(long start) {
        return order(parts, List.of(new AddressRange(start, -1L))).stream()
                .mapToLong(order -> (order.get(order.size() - 1).end() | (granule - 1)) - start)
                .findFirst();
    }

    /** Adds the places of its BARs when it begins where {@link #end} let it begin. */
    void lay(long from, long last, List<PlanResult.Place> into) {
        long start = AddressRange.alignUp(from, granule);
        if (bar.isPresent()) {
            into.add(new PlanResult.Place(bar.get().resource(), bar.get().name(), AddressRange.ofSize(start, granule)));
        } else {
            layAll(parts, List.of(new AddressRange(start, last)), into);
        }
    }

    /** Lays all parts into pieces, ascending by address; false when no order of them that was tried fits. */
    static boolean layAll(List<Block> parts, List<AddressRange> pieces, List<PlanResult.Place> into) {
        Optional<List<Laid>> order = order(parts, pieces);
        order.ifPresent(laid -> laid.forEach(
                one -> one.part().lay(one.piece().start(), one.piece().end(), into)));
        return order.isPresent();
    }

    /**
     * A part that was laid down.
     *
     * @param piece what it could use: from behind the part before to the end of that piece
     * @param end its last address
     */
    private record Laid(Block part, AddressRange piece, long end) {}

    private static Optional<Laid> next(Block part, List<AddressRange> pieces, Optional<Laid> before) {
        for (AddressRange piece : pieces) {
            long from = before.isEmpty() || !piece.contains(before.get().end())
                    ? piece.start()
                    : before.get().end() + 1;
            boolean past =
                    before.isPresent() && !AddressRange.below(before.get().end(), piece.end());
            OptionalLong end = past ? OptionalLong.empty() : part.end(from, piece.end());
            if (end.isPresent()) {
                return Optional.of(new Laid(part, new AddressRange(from, piece.end()), end.getAsLong()));
            }
        }
        return Optional.empty();
    }

    private static Optional<List<Laid>> order(List<Block> parts, List<AddressRange> pieces) {
        return parts.size() <= FEW ? best(parts, pieces) : largestFirst(parts, pieces);
    }

    /** For each subset, as bits, the part that lies last in the order that ends lowest. */
    private static Optional<List<Laid>> best(List<Block> parts, List<AddressRange> pieces) {
        int all = (1 << parts.size()) - 1;
        Map<Integer, Laid> lasts = new HashMap<>();
        for (int set = 0; set < all; set++) {
            Optional<Laid> before = Optional.ofNullable(lasts.get(set));
            for (int i = 0; i < parts.size() && (set == 0 || before.isPresent()); i++) {
                int bit = 1 << i;
                int longer = set | bit;
                if (longer != set) {
                    next(parts.get(i), pieces, before).ifPresent(laid -> lasts.merge(longer, laid, Block::lower));
                }
            }
        }
        List<Laid> order = new ArrayList<>();
        int set = all;
        while (set != 0) {
            Laid last = lasts.get(set);
            if (last == null) {
                return Optional.empty();
            }
            order.add(0, last);
            set &= ~(1 << parts.indexOf(last.part()));
        }
        return Optional.of(order);
    }

    private static Laid lower(Laid one, Laid other) {
        return AddressRange.below(other.end(), one.end()) ? other : one;
    }

    private static Optional<List<Laid>> largestFirst(List<Block> parts, List<AddressRange> pieces) {
        List<Block> sorted = new ArrayList<>(parts);
        sorted.sort(Comparator.comparingLong((Block b) -> b.alignment).reversed());
        List<Laid> order = new ArrayList<>();
        Optional<Laid> last = Optional.empty();
        for (Block part : sorted) {
            last = next(part, pieces, last);
            if (last.isEmpty()) {
                return Optional.empty();
            }
            order.add(last.get());
        }
        return Optional.of(order);
    }
}
