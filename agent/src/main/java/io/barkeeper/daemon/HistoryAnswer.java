package io.barkeeper.daemon;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.control.Refusal;
import io.barkeeper.journal.Entry;
import io.barkeeper.journal.JournalReader;
import io.barkeeper.journal.Transcript;
import io.barkeeper.machine.FileTrouble;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;

/** {@code barkeeper.history/1}: the journal as operators read it. For any thread. */
final class HistoryAnswer {

    private final Path journal;

    HistoryAnswer(Path journal) {
        this.journal = journal;
    }

    /** All transactions, oldest first, or the steps of one. */
    JsonObject answer(Optional<String> id) throws Refusal {
        try {
            return id.isPresent() ? one(id.get()) : all();
        } catch (IOException e) {
            throw new Refusal(
                    "BK-JOURNAL",
                    Refusal.UNEXPECTED,
                    "the journal cannot be read: " + FileTrouble.of(e),
                    "look at " + journal);
        }
    }

    private JsonObject all() throws IOException {
        JsonArray transactions = new JsonArray();
        for (Transcript transcript : JournalReader.list(journal)) {
            transactions.add(head(transcript));
        }
        JsonObject answer = schema();
        answer.add("transactions", transactions);
        return answer;
    }

    private static JsonObject schema() {
        JsonObject answer = new JsonObject();
        answer.addProperty("schema", "barkeeper.history/1");
        return answer;
    }

    private static JsonObject head(Transcript transcript) {
        JsonObject head = new JsonObject();
        head.addProperty("id", transcript.id());
        transcript.intent().ifPresent(intent -> {
            head.addProperty("at", time(intent.at()));
            head.addProperty("plan", intent.plan());
            head.addProperty("kernel", intent.kernel());
            head.add("newcomers", texts(intent.newcomers()));
        });
        head.addProperty("outcome", transcript.end().map(Entry.End::outcome).orElse("unfinished"));
        head.addProperty("message", transcript.end().map(Entry.End::message).orElse(""));
        return head;
    }

    private JsonObject one(String id) throws IOException, Refusal {
        Transcript transcript = JournalReader.find(journal, id)
                .orElseThrow(() -> new Refusal(
                        "BK-NO-TRANSACTION",
                        Refusal.USAGE,
                        "the journal has no transaction " + id,
                        "barkeeper history"));
        JsonObject answer = schema();
        head(transcript).entrySet().forEach(e -> answer.add(e.getKey(), e.getValue()));
        transcript.intent().ifPresent(intent -> answer.add("fallback", texts(intent.fallback(0))));
        JsonArray steps = new JsonArray();
        for (Entry entry : transcript.entries()) {
            step(entry).ifPresent(steps::add);
        }
        answer.add("steps", steps);
        JsonArray damage = new JsonArray();
        transcript.damage().forEach(d -> damage.add("line " + d.line() + ": " + d.why()));
        answer.add("damage", damage);
        return answer;
    }

    private static Optional<JsonObject> step(Entry entry) {
        JsonObject step = new JsonObject();
        if (entry instanceof Entry.Before before) {
            step.addProperty("at", time(before.at()));
            step.addProperty("step", before.number());
            step.addProperty("phase", before.phase());
            step.addProperty("begins", before.effect());
        } else if (entry instanceof Entry.After after) {
            step.addProperty("at", time(after.at()));
            step.addProperty("step", after.number());
            step.addProperty("outcome", after.outcome());
            step.addProperty("detail", after.detail());
        } else if (entry instanceof Entry.Note note) {
            step.addProperty("at", time(note.at()));
            step.addProperty("note", note.text());
        } else {
            return Optional.empty();
        }
        return Optional.of(step);
    }

    private static String time(long epochMicros) {
        return Instant.EPOCH.plus(epochMicros, ChronoUnit.MICROS).toString();
    }

    private static JsonArray texts(Collection<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }
}
