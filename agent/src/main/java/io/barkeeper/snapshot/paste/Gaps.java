package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.snapshot.ReadNotes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects what a paste leaves unknown. The same gap of many functions becomes one note that names them. */
final class Gaps {

    private static final int MOST_NAMED = 6;

    private record Key(String code, String what, String consequence) {}

    private final ReadNotes.Collector notes = new ReadNotes.Collector();
    private final Map<Key, Set<String>> byFunction = new LinkedHashMap<>();

    /** A gap of the whole paste. */
    void add(String code, String what, String consequence) {
        notes.add(code, what, consequence);
    }

    /** A gap of a function; {@code what} begins after the functions' names. */
    void of(PciAddress function, String code, String what, String consequence) {
        of(function.toString(), code, what, consequence);
    }

    void of(String subject, String code, String what, String consequence) {
        byFunction
                .computeIfAbsent(new Key(code, what, consequence), k -> new LinkedHashSet<>())
                .add(subject);
    }

    ReadNotes done() {
        byFunction.forEach((key, subjects) -> {
            String named = subjects.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
            String more = subjects.size() > MOST_NAMED ? " and " + (subjects.size() - MOST_NAMED) + " more" : "";
            notes.add(key.code(), named + more + ": " + key.what(), key.consequence());
        });
        return notes.done();
    }
}
