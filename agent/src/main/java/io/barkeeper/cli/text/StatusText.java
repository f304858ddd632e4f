package io.barkeeper.cli.text;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code barkeeper.status/1}: one line for each thing that the daemon tells, in its order. */
public final class StatusText {

    private StatusText() {}

    public static List<String> of(Answer status, int columns) {
        Lines lines = new Lines(columns);
        members(lines, "", status);
        return lines.asList();
    }

    /** Every member but the schema; objects are indented, empty arrays and nulls are left out. */
    static void members(Lines lines, String indent, Answer answer) {
        for (Map.Entry<String, JsonElement> member : answer.json().entrySet()) {
            String key = member.getKey();
            JsonElement value = member.getValue();
            if (key.equals("schema") || value.isJsonNull()) {
                continue;
            }
            String label = indent + words(key) + ": ";
            if (value.isJsonPrimitive()) {
                lines.wrapped(label, value.getAsString());
            } else if (value.isJsonObject()) {
                lines.line(label.stripTrailing());
                members(lines, indent + "  ", new Answer(value.getAsJsonObject()));
            } else if (!value.getAsJsonArray().isEmpty()) {
                lines.line(label.stripTrailing());
                answer.texts(key).forEach(t -> lines.wrapped(indent + "  - ", t));
                answer.objects(key).forEach(o -> lines.wrapped(indent + "  - ", oneLine(o)));
            }
        }
    }

    /** {@code key=value} pairs of an object's texts and numbers. */
    static String oneLine(Answer answer) {
        StringBuilder line = new StringBuilder();
        answer.json().entrySet().stream()
                .filter(e -> e.getValue().isJsonPrimitive())
                .forEach(e -> line.append(line.isEmpty() ? "" : " ")
                        .append(e.getKey())
                        .append('=')
                        .append(e.getValue().getAsString()));
        return line.toString();
    }

    /** {@code bootId} becomes {@code boot id}. */
    private static String words(String key) {
        return key.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }
}
