package io.barkeeper.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    private Path directory;

    private static Entry.Intent intent(String id) {
        return new Entry.Intent(
                id,
                "plan",
                "boot",
                "6.1",
                1,
                List.of("0000:06:00.0"),
                List.of("0000:07:00.0"),
                List.of("rescan"),
                List.of(List.of("rescan")));
    }

    private static List<Entry> entries(String id) {
        return List.of(
                intent(id),
                new Entry.PreImage(List.of(), Map.of("devices/0000:00:01.0/power/control", "auto")),
                new Entry.Before(1, "quiesce 0000:03:00.0", "releasing", 2),
                new Entry.After(1, "done", "tab\t, newline\n and ü", 3),
                new Entry.Note("a note", 4),
                new Entry.End("done", "all works", 5));
    }

    private Path write(Journal journal) throws Exception {
        String id = journal.nextId();
        try (TransactionLog log = journal.begin(intent(id))) {
            for (Entry entry : entries(id).subList(1, 6)) {
                log.append(entry);
            }
        }
        return directory.resolve(id + Journal.SUFFIX);
    }

    @Test
    void what_was_written_is_read() throws Exception {
        Transcript transcript = JournalReader.read(write(Journal.open(directory)));

        assertThat(transcript.entries()).isEqualTo(entries("00000001"));
        assertThat(transcript.damage()).isEmpty();
        assertThat(transcript.isFinished()).isTrue();
    }

    @Test
    void a_tail_torn_at_any_byte_keeps_every_record_before_it() throws Exception {
        Path file = write(Journal.open(directory));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            byte[] torn = Arrays.copyOf(whole, length);
            int lines = (int) new String(torn, StandardCharsets.ISO_8859_1)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();

            Transcript transcript = JournalReader.parse(file, torn);

            assertThat(transcript.entries()).as("length " + length).hasSize(lines);
            boolean middle = length > 0 && torn[length - 1] != '\n';
            assertThat(transcript.torn()).as("length " + length).isEqualTo(middle);
            assertThat(transcript.damage()).hasSize(middle ? 1 : 0);
        }
    }

    @Test
    void a_torn_journal_is_gone_on_with_and_keeps_its_torn_bytes() throws Exception {
        Journal journal = Journal.open(directory);
        Path file = write(journal);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 10));

        Transcript torn = journal.unfinished().get(0);
        try (TransactionLog log = journal.resume(torn)) {
            log.append(new Entry.End("rolled_back", "recovered", 9));
        }

        Transcript read = JournalReader.read(file);
        assertThat(read.end()).contains(new Entry.End("rolled_back", "recovered", 9));
        assertThat(read.damage()).hasSize(1);
        assertThat(read.damage().get(0).line()).isEqualTo(6);
        assertThat(read.damage().get(0).why()).contains("bytes");
    }

    @Test
    void a_changed_byte_is_seen_and_the_rest_is_read() throws Exception {
        Path file = write(Journal.open(directory));
        String text = Files.readString(file).replaceFirst("a note", "b note");
        Files.writeString(file, text + "somebody was here\n");

        Transcript transcript = JournalReader.read(file);

        assertThat(transcript.entries()).hasSize(5);
        assertThat(transcript.damage()).hasSize(2);
        assertThat(transcript.damage().get(0).why()).contains("checksum");
        assertThat(transcript.damage().get(1).why()).contains("no record of a journal");
    }

    @Test
    void closed_transactions_are_pruned_and_open_ones_are_kept() throws Exception {
        Journal journal = Journal.open(directory);
        journal.begin(intent(journal.nextId())).close();
        for (int i = 0; i < Journal.KEEP_FILES + 5; i++) {
            write(journal);
        }

        List<Transcript> all = JournalReader.list(directory);

        assertThat(all).hasSize(Journal.KEEP_FILES + 1);
        assertThat(all.get(0).id()).isEqualTo("00000001");
        assertThat(journal.unfinished()).hasSize(1);
    }

    @Test
    void a_directory_that_does_not_exist_holds_nothing_and_foreign_files_are_passed_over() throws Exception {
        assertThat(JournalReader.list(directory.resolve("none"))).isEmpty();

        Files.writeString(directory.resolve("README"), "not ours", StandardOpenOption.CREATE_NEW);

        assertThat(JournalReader.list(directory)).isEmpty();
        assertThat(JournalReader.find(directory, "1")).isEmpty();
    }
}
