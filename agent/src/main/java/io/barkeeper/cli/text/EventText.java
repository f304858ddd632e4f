package io.barkeeper.cli.text;

import java.util.List;

/** A notification of the daemon as one line, however long: whoever follows may filter it. */
public final class EventText {

    private EventText() {}

    public static List<String> of(Answer event, int columns) {
        return List.of(StatusText.oneLine(event));
    }

    /** How a transaction ended. */
    public static List<String> result(Answer result, int columns) {
        Lines lines = new Lines(columns);
        StatusText.members(lines, "", result);
        return lines.asList();
    }
}
