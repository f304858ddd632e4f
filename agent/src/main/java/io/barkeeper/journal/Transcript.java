package io.barkeeper.journal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the journal of one transaction holds.
 *
 * @param file where it was read
 * @param entries the records that are whole, in order
 * @param damage lines that are none; the file is left as it is
 * @param torn true when the file ends in the middle of a record, as after a power cut; that step was not begun
 */
public record Transcript(Path file, List<Entry> entries, List<Damage> damage, boolean torn) {

    /**
     * A line that is no record.
     *
     * @param line from 1
     * @param why for an operator
     */
    public record Damage(int line, String why) {}

    public Transcript {
        entries = List.copyOf(entries);
        damage = List.copyOf(damage);
    }

    /** The transaction's number, from the name of its file. */
    public String id() {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - Journal.SUFFIX.length());
    }

    public Optional<Entry.Intent> intent() {
        return first(Entry.Intent.class);
    }

    public Optional<Entry.PreImage> preImage() {
        return first(Entry.PreImage.class);
    }

    /** Present when the transaction is closed. */
    public Optional<Entry.End> end() {
        return first(Entry.End.class);
    }

    public boolean isFinished() {
        return end().isPresent();
    }

    private <T extends Entry> Optional<T> first(Class<T> kind) {
        return entries.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }
}
