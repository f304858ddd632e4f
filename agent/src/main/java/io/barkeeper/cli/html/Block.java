package io.barkeeper.cli.html;

import io.barkeeper.cli.text.Answer;
import io.barkeeper.pci.AddressRange;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Something with a place in the address space, and what lies in it: a node of {@code barkeeper.map/1}.
 *
 * @param type what it is
 * @param range where it lies
 * @param contents ascending by address; empty but for apertures and windows
 * @param answer all that the map says about it
 */
record Block(Type type, AddressRange range, List<Block> contents, Answer answer) {

    /** What a block is; the name in lower case is its class in the style sheet. */
    enum Type {
        APERTURE,
        WINDOW,
        BAR,
        RESERVED,
        GAP
    }

    Block {
        contents = List.copyOf(contents);
    }

    /** An aperture of the map. */
    static Optional<Block> aperture(Answer aperture) {
        return of(Type.APERTURE, aperture);
    }

    private static Optional<Block> of(Type type, Answer node) {
        OptionalLong start = node.hex("start");
        OptionalLong end = node.hex("end");
        if (start.isEmpty() || end.isEmpty() || AddressRange.below(end.getAsLong(), start.getAsLong())) {
            return Optional.empty();
        }
        List<Block> contents = node.objects("contents").stream()
                .flatMap(n -> of(typeOf(n), n).stream())
                .toList();
        return Optional.of(new Block(type, new AddressRange(start.getAsLong(), end.getAsLong()), contents, node));
    }

    private static Type typeOf(Answer node) {
        return switch (node.textOr("type", "")) {
            case "window" -> Type.WINDOW;
            case "gap" -> Type.GAP;
            case "reserved" -> Type.RESERVED;
            default -> Type.BAR;
        };
    }

    boolean isContainer() {
        return type == Type.APERTURE || type == Type.WINDOW;
    }

    /** Something takes room in it. */
    boolean isInhabited() {
        return contents.stream().anyMatch(b -> b.type != Type.GAP);
    }

    /** Itself and everything below. */
    Stream<Block> all() {
        return Stream.concat(Stream.of(this), contents.stream().flatMap(Block::all));
    }

    /** How many containers are nested in it, itself not counted. */
    int depth() {
        return contents.stream()
                .filter(Block::isContainer)
                .mapToInt(b -> b.depth() + 1)
                .max()
                .orElse(0);
    }
}
