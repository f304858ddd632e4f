package io.barkeeper.transaction;

import java.util.List;
import java.util.stream.Stream;

/** Immutable lists put together. */
final class Lists {

    private Lists() {}

    static <T> List<T> concat(List<? extends T> first, List<? extends T> second) {
        return Stream.<T>concat(first.stream(), second.stream()).toList();
    }

    static <T> List<T> rest(List<T> list) {
        return list.isEmpty() ? list : list.subList(1, list.size());
    }
}
