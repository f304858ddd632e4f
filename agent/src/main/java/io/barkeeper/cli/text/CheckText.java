package io.barkeeper.cli.text;

import java.util.List;

/** {@code barkeeper.check/1}: one line for each trouble, however long, so that {@code grep} and {@code wc -l} work. */
public final class CheckText {

    private CheckText() {}

    public static List<String> of(Answer check) {
        List<Answer> troubles = check.objects("troubles");
        if (troubles.isEmpty()) {
            return List.of("No trouble: every resource is placed and open in hardware.");
        }
        return troubles.stream().map(CheckText::line).toList();
    }

    private static String line(Answer trouble) {
        return String.format(
                "%-10s %s %s", trouble.textOr("class", "?"), trouble.textOr("address", "?"), trouble.textOr("why", ""));
    }
}
