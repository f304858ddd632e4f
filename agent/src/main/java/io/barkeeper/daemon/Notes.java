package io.barkeeper.daemon;

import java.util.List;
import java.util.stream.Stream;

/** What could not be read at the last look, each one sentence for an operator. For any thread. */
final class Notes {

    private final List<String> standing;
    private volatile List<String> current;

    Notes() {
        this(List.of());
    }

    /** @param standing what is true of every look */
    Notes(List<String> standing) {
        this.standing = List.copyOf(standing);
        this.current = this.standing;
    }

    List<String> current() {
        return current;
    }

    void replace(List<String> now) {
        current = Stream.concat(now.stream(), standing.stream()).toList();
    }
}
