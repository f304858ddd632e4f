package io.barkeeper.pci;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * An immutable set of addresses, kept as disjoint ranges in ascending order; ranges that touch are joined. It answers
 * the two questions that every window raises: what is free in it, and how large is the largest piece.
 */
public final class RangeSet {

    public static final RangeSet EMPTY = new RangeSet(List.of());

    private final List<AddressRange> ranges;

    private RangeSet(List<AddressRange> ranges) {
        this.ranges = ranges;
    }

    public static RangeSet of(Collection<AddressRange> ranges) {
        List<AddressRange> sorted = new ArrayList<>(ranges);
        Collections.sort(sorted);
        List<AddressRange> joined = new ArrayList<>();
        for (AddressRange next : sorted) {
            AddressRange last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && (last.overlaps(next) || last.end() + 1 == next.start())) {
                joined.set(joined.size() - 1, new AddressRange(last.start(), AddressRange.max(last.end(), next.end())));
            } else {
                joined.add(next);
            }
        }
        return new RangeSet(List.copyOf(joined));
    }

    public List<AddressRange> ranges() {
        return ranges;
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** What of {@code window} is not in this set, ascending. */
    public List<AddressRange> gapsIn(AddressRange window) {
        List<AddressRange> gaps = new ArrayList<>();
        long from = window.start();
        for (AddressRange taken : ranges) {
            Optional<AddressRange> inside = taken.intersection(window);
            if (inside.isEmpty()) {
                continue;
            }
            if (AddressRange.below(from, inside.get().start())) {
                gaps.add(new AddressRange(from, inside.get().start() - 1));
            }
            if (inside.get().end() == window.end()) {
                return gaps;
            }
            from = inside.get().end() + 1;
        }
        gaps.add(new AddressRange(from, window.end()));
        return gaps;
    }

    /** Bytes of {@code window} that are not in this set. */
    public long freeIn(AddressRange window) {
        return gapsIn(window).stream().mapToLong(AddressRange::size).sum();
    }

    /** Size in bytes of the largest piece of {@code window} that is not in this set; 0 when there is none. */
    public long largestGapIn(AddressRange window) {
        return gapsIn(window).stream().mapToLong(AddressRange::size).reduce(0, AddressRange::max);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RangeSet set && set.ranges.equals(ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges.toString();
    }
}
