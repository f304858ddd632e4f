package io.barkeeper.cli.html;

import io.barkeeper.pci.AddressRange;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * From addresses to heights. An address space is huge and nearly empty, so no single scale shows anything: one is linear
 * but for two things, both of them marked in the drawing. A stretch that nobody takes and that is larger than half of all
 * that is taken is cut to a break; a resource that would be thinner than a line gets a line.
 *
 * <p>The container is cut at every start and end of a block in it. Each piece is a break, a line, or linear; the factor of
 * the linear ones is what fills the height, found by taking out, again and again, those that it makes too thin. Several
 * moments of one container share a scale, so that what did not move is drawn at the same height in each.
 */
final class Scale {

    /** Heights are in the style sheet's unit, one line of text. */
    static final double LINE = 0.25;

    static final double BREAK = 2.2;
    private static final double LEAST = 8;
    private static final double FOR_EACH = 0.9;
    private static final double MOST = 46;

    private final Map<Long, Double> tops = new HashMap<>();
    private final List<AddressRange> breaks = new ArrayList<>();
    private double height;
    private double factor;

    private Scale() {}

    /** A part of the container in which nothing begins or ends. */
    private record Piece(AddressRange range, boolean taken, boolean bar, double bytes) {}

    /** @param moments the same container as it is at several moments, at least one */
    static Scale of(List<Block> moments) {
        AddressRange whole = moments.get(0).range();
        Scale scale = new Scale();
        List<Piece> pieces = pieces(whole, moments);
        double taken = pieces.stream()
                .filter(p -> isWithinChild(p.range(), moments))
                .mapToDouble(Piece::bytes)
                .sum();
        scale.place(pieces, taken);
        return scale;
    }

    private static List<Piece> pieces(AddressRange whole, List<Block> moments) {
        TreeSet<Long> starts = new TreeSet<>(Long::compareUnsigned);
        starts.add(whole.start());
        moments.stream().flatMap(Block::all).forEach(b -> {
            starts.add(b.range().start());
            starts.add(b.range().end() + 1);
        });
        starts.removeIf(a -> !whole.contains(a));
        NavigableSet<AddressRange> leaves = ranges(moments, EnumSet.of(Block.Type.BAR, Block.Type.RESERVED));
        NavigableSet<AddressRange> bars = ranges(moments, EnumSet.of(Block.Type.BAR));
        List<Piece> pieces = new ArrayList<>();
        for (long start : starts) {
            Long next = starts.higher(start);
            AddressRange range = new AddressRange(start, next == null ? whole.end() : next - 1);
            pieces.add(new Piece(range, covers(leaves, range), covers(bars, range), bytes(range)));
        }
        return pieces;
    }

    private static NavigableSet<AddressRange> ranges(List<Block> moments, Set<Block.Type> types) {
        return moments.stream()
                .flatMap(Block::all)
                .filter(b -> types.contains(b.type()))
                .map(Block::range)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean covers(NavigableSet<AddressRange> leaves, AddressRange piece) {
        return leaves.headSet(new AddressRange(piece.start(), -1L), true).stream()
                .anyMatch(l -> l.overlaps(piece));
    }

    private static boolean isWithinChild(AddressRange piece, List<Block> moments) {
        return moments.stream()
                .flatMap(m -> m.contents().stream())
                .anyMatch(b -> b.type() != Block.Type.GAP && b.range().overlaps(piece));
    }

    private void place(List<Piece> pieces, double taken) {
        pieces.stream()
                .filter(p -> !p.taken() && (taken == 0 || p.bytes() > taken / 2))
                .forEach(p -> breaks.add(p.range()));
        List<Piece> linear = new ArrayList<>(
                pieces.stream().filter(p -> !breaks.contains(p.range())).toList());
        long bars = pieces.stream().filter(Piece::bar).count();
        long inhabitants = pieces.stream().filter(Piece::taken).count();
        double room = Math.max(Math.min(MOST, LEAST + FOR_EACH * bars), 2 * LINE * inhabitants);
        Set<Piece> thin = thin(linear, room);
        linear.removeAll(thin);
        factor = factor(linear, room - LINE * thin.size());
        for (Piece piece : pieces) {
            tops.put(piece.range().start(), height);
            height += breaks.contains(piece.range()) ? BREAK : thin.contains(piece) ? LINE : piece.bytes() * factor;
        }
    }

    /** What would be thinner than a line. Each that gets one leaves less room for the others. */
    private static Set<Piece> thin(List<Piece> linear, double room) {
        Set<Piece> thin = new HashSet<>();
        List<Piece> rest = new ArrayList<>(linear);
        while (true) {
            double factor = factor(rest, room - LINE * thin.size());
            List<Piece> more = rest.stream()
                    .filter(p -> p.taken() && p.bytes() * factor < LINE)
                    .toList();
            if (more.isEmpty()) {
                return thin;
            }
            thin.addAll(more);
            rest.removeAll(more);
        }
    }

    private static double factor(List<Piece> linear, double room) {
        double bytes = linear.stream().mapToDouble(Piece::bytes).sum();
        return bytes == 0 ? 0 : room / bytes;
    }

    private static double bytes(AddressRange range) {
        long size = range.size();
        return size > 0 ? size : size + 0x1p64;
    }

    /** How many bytes are as high as one line of text where the drawing is to scale; empty where it is nowhere. */
    OptionalLong bytesPerLine() {
        return factor == 0 ? OptionalLong.empty() : OptionalLong.of(Math.round(1 / factor));
    }

    /** How high the whole container is drawn. */
    double height() {
        return height;
    }

    /** How far below the container's start an address that begins a block is drawn. */
    double top(long address) {
        return tops.getOrDefault(address, 0.0);
    }

    /** How far below the container's start a block ends. */
    double bottom(AddressRange range) {
        return tops.getOrDefault(range.end() + 1, height);
    }

    /** The stretches that are drawn shorter than they are, ascending. */
    List<AddressRange> breaks() {
        return List.copyOf(breaks);
    }
}
