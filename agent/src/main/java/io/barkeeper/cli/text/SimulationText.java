package io.barkeeper.cli.text;

import java.util.List;

/** {@code barkeeper.simulation/1}: what the actions would gain, move and lose, and what the model cannot know. */
public final class SimulationText {

    private SimulationText() {}

    public static List<String> of(Answer simulation, int columns) {
        Lines lines = new Lines(columns);
        lines.line("Kernel model " + simulation.textOr("generation", "?"));
        int before = lines.asList().size();
        changes(lines, simulation);
        for (Answer doubt : simulation.objects("uncertain")) {
            lines.wrapped("  uncertain ", "    ", (ListText.name(doubt).strip() + ": ") + doubt.textOr("why", ""));
        }
        if (lines.asList().size() == before) {
            lines.line("  nothing changes");
        }
        return lines.asList();
    }

    /** The lines of {@code gained}, {@code moved} and {@code lost}. */
    static void changes(Lines lines, Answer answer) {
        for (Answer change : answer.objects("gained")) {
            lines.line("  gained  " + ListText.name(change) + " at " + place(change, "to"));
        }
        for (Answer change : answer.objects("moved")) {
            lines.line("  moved   " + ListText.name(change) + " from " + place(change, "from") + " to "
                    + place(change, "to"));
        }
        for (Answer change : answer.objects("lost")) {
            lines.line("  lost    " + ListText.name(change) + " from " + place(change, "from"));
        }
    }

    /** A place is a range object or its text. */
    private static String place(Answer change, String key) {
        return change.object(key).map(Answer::range).orElseGet(() -> change.textOr(key, "nowhere"));
    }
}
