package io.barkeeper.daemon;

import java.util.List;

/** What could not be read at the last look, each one sentence for an operator. For any thread. */
final class Notes {

    private volatile List<String> current = List.of();

    List<String> current() {
        return current;
    }

    void replace(List<String> now) {
        current = List.copyOf(now);
    }
}
