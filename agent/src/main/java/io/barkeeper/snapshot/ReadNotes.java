package io.barkeeper.snapshot;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What could not be read of a machine, or had to be assumed, and what follows from it, in the order in which it was met.
 * Whoever answers from an incomplete view prints these.
 */
public record ReadNotes(List<Note> notes) {

    public static final ReadNotes NONE = new ReadNotes(List.of());

    /**
     * One gap.
     *
     * @param code stable, {@code BK-NOTE-…}
     * @param what what could not be read or was assumed, with the reason
     * @param consequence what is unknown for that
     */
    public record Note(String code, String what, String consequence) {

        @Override
        public String toString() {
            return code + ": " + what + "; " + consequence;
        }
    }

    public ReadNotes {
        notes = List.copyOf(notes);
    }

    public boolean isEmpty() {
        return notes.isEmpty();
    }

    /** True when a note with this code is here. */
    public boolean has(String code) {
        return notes.stream().anyMatch(n -> n.code().equals(code));
    }

    /** Collects notes; a note that is said twice is kept once. */
    public static final class Collector {

        private final LinkedHashSet<Note> seen = new LinkedHashSet<>();

        public void add(String code, String what, String consequence) {
            seen.add(new Note(code, what, consequence));
        }

        public ReadNotes done() {
            return new ReadNotes(Collections.unmodifiableList(new ArrayList<>(seen)));
        }
    }
}
