package io.barkeeper.machine;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Values of attributes as one line of text, {@code PATH=VALUE} parted by semicolons, paths below {@code /sys/bus/pci}.
 * No path holds an equals sign and no value that is kept this way holds a semicolon.
 */
public final class Attributes {

    private Attributes() {}

    /** The text, ascending by path. */
    public static String format(Map<String, String> values) {
        return new TreeMap<>(values)
                .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining(";"));
    }

    /** The values of such a text; a part without an equals sign is passed over. */
    public static Map<String, String> parse(String text) {
        Map<String, String> values = new TreeMap<>();
        for (String part : text.split(";")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                values.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return values;
    }
}
