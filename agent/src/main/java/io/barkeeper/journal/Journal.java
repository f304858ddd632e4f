package io.barkeeper.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory with one append-only file for each transaction, {@code NNNNNNNN.journal}. The caller sees to it that there
 * is one writer.
 *
 * <p>Its size is bounded: when a transaction begins, the oldest closed ones go until at most {@link #KEEP_FILES} and
 * {@link #KEEP_BYTES} are left. One that is not closed is never deleted.
 */
public final class Journal {

    static final String SUFFIX = ".journal";

    /** Closed transactions that are kept at most. */
    public static final int KEEP_FILES = 200;

    /** Bytes that closed transactions take at most. */
    public static final long KEEP_BYTES = 64L << 20;

    private final Path dir;

    private Journal(Path dir) {
        this.dir = dir;
    }

    /**
     * Opens the journal in a directory, which is made where it does not exist.
     *
     * @throws IOException when it cannot be made or is no directory
     */
    public static Journal open(Path dir) throws IOException {
        Files.createDirectories(dir);
        return new Journal(dir);
    }

    public Path directory() {
        return dir;
    }

    /** The number that the next transaction gets. */
    public String nextId() throws IOException {
        long last = 0;
        for (Path file : JournalReader.files(dir)) {
            String digits = String.valueOf(file.getFileName()).replace(SUFFIX, "");
            last = digits.matches("[0-9]{1,15}") ? Math.max(last, Long.parseLong(digits)) : last;
        }
        return String.format("%08d", last + 1);
    }

    /**
     * Begins a transaction. When this returns, the intent is on disk.
     *
     * @throws IOException when it cannot be written; then nothing may be done
     */
    public TransactionLog begin(Entry.Intent intent) throws IOException {
        prune();
        TransactionLog log = TransactionLog.create(dir.resolve(intent.transaction() + SUFFIX));
        try {
            log.append(intent);
            syncDirectory();
        } catch (IOException e) {
            log.close();
            throw e;
        }
        return log;
    }

    /** The transactions that were never closed, oldest first. */
    public List<Transcript> unfinished() throws IOException {
        return JournalReader.list(dir).stream().filter(t -> !t.isFinished()).toList();
    }

    /** Opens the file of an unfinished transaction to go on with it. A torn record stays, on a line of its own. */
    public TransactionLog resume(Transcript transcript) throws IOException {
        return TransactionLog.reopen(transcript.file());
    }

    private void prune() throws IOException {
        List<Path> closed = new ArrayList<>();
        long bytes = 0;
        for (Path file : JournalReader.files(dir)) {
            if (JournalReader.read(file).isFinished()) {
                closed.add(file);
                bytes += Files.size(file);
            }
        }
        int excess = closed.size() - KEEP_FILES + 1;
        for (Path file : closed) {
            if (excess <= 0 && bytes <= KEEP_BYTES) {
                break;
            }
            bytes -= Files.size(file);
            excess--;
            Files.delete(file);
        }
    }

    /** Makes the new name last, as fsync(2) of the file alone does not. */
    private void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(dir, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
