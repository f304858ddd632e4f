package io.barkeeper.cli.text;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** {@code barkeeper.simulation/1}: what the actions would gain, move and lose, and what the model cannot know. */
public final class SimulationText {

    private static final int FIRST_WINDOW = 13;

    private SimulationText() {}

    public static List<String> of(Answer simulation, int columns) {
        Lines lines = new Lines(columns);
        lines.line("Kernel model " + simulation.textOr("generation", "?"));
        int before = lines.asList().size();
        changes(lines, simulation);
        for (Answer doubt : simulation.objects("uncertain")) {
            lines.wrapped("  uncertain ", "    ", (ListText.name(doubt).strip() + ": ") + doubt.textOr("why", ""));
        }
        simulation.objects("uncertain").stream()
                .map(doubt -> doubt.textOr("remedy", ""))
                .filter(remedy -> !remedy.isEmpty())
                .distinct()
                .forEach(remedy -> lines.wrapped("  to know   ", "    ", remedy));
        if (lines.asList().size() == before) {
            lines.line("  nothing changes");
        }
        return lines.asList();
    }

    /** The lines of {@code gained}, {@code moved} and {@code lost}. */
    private static void changes(Lines lines, Answer answer) {
        changes(lines, answer, c -> true);
    }

    /**
     * The same without bridge windows.
     *
     * @return how many bridge windows were left out
     */
    static long deviceChanges(Lines lines, Answer answer) {
        changes(lines, answer, c -> !isWindow(c));
        return Stream.of("gained", "moved", "lost")
                .flatMap(kind -> answer.objects(kind).stream())
                .filter(SimulationText::isWindow)
                .count();
    }

    private static boolean isWindow(Answer change) {
        return change.number("index").orElse(0) >= FIRST_WINDOW;
    }

    private static void changes(Lines lines, Answer answer, Predicate<Answer> wanted) {
        answer.objects("gained").stream()
                .filter(wanted)
                .forEach(c -> lines.line("  gained  " + ListText.name(c) + " at " + place(c, "to")));
        answer.objects("moved").stream()
                .filter(wanted)
                .forEach(c -> lines.line(
                        "  moved   " + ListText.name(c) + " from " + place(c, "from") + " to " + place(c, "to")));
        answer.objects("lost").stream()
                .filter(wanted)
                .forEach(c -> lines.line("  lost    " + ListText.name(c) + " from " + place(c, "from")));
    }

    /** A place is a range object or its text. */
    private static String place(Answer change, String key) {
        return change.object(key).map(Answer::range).orElseGet(() -> change.textOr(key, "nowhere"));
    }
}
