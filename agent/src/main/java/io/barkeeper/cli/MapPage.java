package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.html.HtmlPage;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.control.Answers;
import io.barkeeper.control.Refusal;
import io.barkeeper.control.View;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gathers what {@code map --html} shows: the present and the plan from whoever answers questions, and what the plan would
 * leave from the snapshot that it predicts. Where no plan can be made, the present alone.
 */
final class MapPage {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final Barkeeper barkeeper;

    MapPage(Barkeeper barkeeper) {
        this.barkeeper = barkeeper;
    }

    String text(MapVerb map) throws Problem, Refusal {
        List<Question> questions =
                List.of(map, new ListVerb(barkeeper), new CheckVerb(barkeeper), new PlanVerb(barkeeper));
        Set<String> notes = new LinkedHashSet<>();
        List<JsonObject> answers;
        try {
            answers = new Sources(barkeeper).askAll(questions);
        } catch (Problem e) {
            if (!e.code().equals("BK-PRIVILEGE")) {
                throw e;
            }
            answers = new Sources(barkeeper).askAll(questions.subList(0, 3));
            notes.add("no plan could be made: " + e.message());
        }
        Optional<Answer> plan = answers.size() > 3 ? Optional.of(new Answer(answers.get(3))) : Optional.empty();
        for (JsonObject answer : answers) {
            notes.addAll(new Answer(answer).texts("notes"));
        }
        return HtmlPage.of(new HtmlPage.Material(
                new Answer(answers.get(0)),
                new Answer(answers.get(1)),
                new Answer(answers.get(2)),
                plan,
                after(plan),
                new ArrayList<>(notes),
                "Made by barkeeper " + Barkeeper.VERSION + " on " + TIME.format(Instant.now()) + source() + "."));
    }

    private String source() {
        return barkeeper
                .snapshot()
                .map(f -> " from " + (f.equals("-") ? "a snapshot" : "the snapshot " + f))
                .or(() -> barkeeper.sysroot().map(d -> " from the captured tree " + d))
                .orElse("");
    }

    private Optional<HtmlPage.After> after(Optional<Answer> plan) throws Problem {
        Optional<Answer> predicted =
                plan.filter(p -> p.textOr("outcome", "").equals("feasible")).flatMap(p -> p.object("predicted"));
        if (predicted.isEmpty()) {
            return Optional.empty();
        }
        View view =
                new Views(barkeeper).ofSnapshot(Console.document(predicted.get().json()), "the prediction");
        return Optional.of(new HtmlPage.After(new Answer(Answers.map(view)), new Answer(Answers.list(view))));
    }
}
