package io.barkeeper.cli.text;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the daemon tells on the way, one line each, however long: whoever follows may filter it. */
public final class EventText {

    private static final Pattern WAITING = Pattern.compile("(await-[a-z]+) \\{(.*)\\}");
    private static final Pattern ADDRESS = Pattern.compile("\\b[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7](?==)");

    private EventText() {}

    /** {@code barkeeper.event/1}: when, what kind, and the daemon's own words. */
    public static String event(Answer event) {
        return String.format(
                "%s  %-11s  %s", event.textOr("at", ""), event.textOr("event", "event"), event.textOr("text", ""));
    }

    /** {@code barkeeper.progress/1}: {@code [3/9] releasing remove:0000:02:00.0 done, 0.12 s}. */
    public static String step(Answer step) {
        String outcome = step.textOr("outcome", "");
        String detail = step.textOr("detail", "");
        String why = detail.isEmpty() || outcome.equals("done") ? "" : ": " + detail;
        return String.format(
                "[%" + step.textOr("of", "?").length() + "s/%s] %s %s %s%s, %.2f s",
                step.textOr("step", "?"),
                step.textOr("of", "?"),
                step.textOr("phase", ""),
                what(step.textOr("what", "")),
                outcome,
                why,
                seconds(step));
    }

    /** How many functions are waited for, in place of what each of them waits for. */
    private static String what(String text) {
        Matcher waiting = WAITING.matcher(text);
        if (!waiting.matches()) {
            return text;
        }
        long functions = ADDRESS.matcher(waiting.group(2))
                .results()
                .map(m -> m.group())
                .distinct()
                .count();
        return waiting.group(1) + " of " + functions + (functions == 1 ? " function" : " functions");
    }

    private static double seconds(Answer step) {
        try {
            return Double.parseDouble(step.textOr("seconds", "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** {@code barkeeper.apply/1}: how a transaction ended, and what has another address now. */
    public static List<String> result(Answer result, int columns) {
        Lines lines = new Lines(columns);
        String id =
                result.text("transaction").map(t -> "Transaction " + t + ": ").orElse("");
        String message = result.textOr("message", "");
        lines.wrapped(
                "",
                id + result.textOr("outcome", "unknown").replace('_', ' ') + (message.isEmpty() ? "" : ": " + message));
        for (Answer moved : result.objects("moved")) {
            lines.line("  " + ListText.name(moved) + " from " + moved.textOr("from", "nowhere") + " to "
                    + moved.textOr("to", "nowhere"));
        }
        result.texts("notes").forEach(note -> lines.wrapped("  note: ", "    ", note));
        return lines.asList();
    }
}
