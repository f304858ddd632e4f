package io.barkeeper.cli.text;

import java.util.List;

/** {@code barkeeper.history/1}: a line for each transaction, or one transaction with its steps. */
public final class HistoryText {

    private HistoryText() {}

    public static List<String> of(Answer history, int columns) {
        Lines lines = new Lines(columns);
        List<Answer> transactions = history.objects("transactions");
        if (!transactions.isEmpty()) {
            transactions.forEach(t -> lines.wrapped("", "    ", StatusText.oneLine(t)));
        } else if (history.has("id")) {
            StatusText.members(lines, "", history);
        } else {
            lines.line("No transaction yet.");
        }
        return lines.asList();
    }
}
