package io.barkeeper.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads journals. It changes nothing, takes no lock, and works while a transaction runs. */
public final class JournalReader {

    private JournalReader() {}

    /**
     * All transactions, oldest first. A directory that does not exist holds none.
     *
     * @throws IOException when the directory or a file in it cannot be read
     */
    public static List<Transcript> list(Path dir) throws IOException {
        List<Transcript> all = new ArrayList<>();
        for (Path file : files(dir)) {
            readIfPresent(file).ifPresent(all::add);
        }
        return all;
    }

    /** The transaction with this number, in full or without leading zeros. */
    public static Optional<Transcript> find(Path dir, String id) throws IOException {
        return list(dir).stream()
                .filter(t -> t.id().equals(id) || stripZeros(t.id()).equals(stripZeros(id)))
                .findFirst();
    }

    private static String stripZeros(String id) {
        return id.replaceFirst("^0+(?=.)", "");
    }

    /** The files of transactions, oldest first; anything else in the directory is passed over. */
    static List<Path> files(Path dir) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir, "[0-9]*" + Journal.SUFFIX)) {
            entries.forEach(files::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        files.sort(Comparator.comparing(p -> String.valueOf(p.getFileName())));
        return files;
    }

    /** Empty when the file was pruned in the meantime. */
    private static Optional<Transcript> readIfPresent(Path file) throws IOException {
        try {
            return Optional.of(read(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Reads one file. */
    public static Transcript read(Path file) throws IOException {
        return parse(file, Files.readAllBytes(file));
    }

    static Transcript parse(Path file, byte[] bytes) {
        List<Entry> entries = new ArrayList<>();
        List<Transcript.Damage> damage = new ArrayList<>();
        int number = 0;
        int start = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                number++;
                take(Arrays.copyOfRange(bytes, start, at), number, entries, damage);
                start = at + 1;
            }
        }
        boolean torn = start < bytes.length;
        if (torn) {
            damage.add(new Transcript.Damage(
                    number + 1,
                    "the file ends in the middle of a record, " + (bytes.length - start)
                            + " bytes after its start: the step was not begun"));
        }
        return new Transcript(file, entries, damage, torn);
    }

    private static void take(byte[] line, int number, List<Entry> entries, List<Transcript.Damage> damage) {
        Line.Content content = Line.read(line);
        if (content instanceof Line.Whole whole) {
            entries.add(whole.entry());
        } else if (content instanceof Line.Broken broken) {
            damage.add(new Transcript.Damage(number, broken.why()));
        }
    }
}
