package io.barkeeper.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the messages out of what {@code dmesg} prints, with or without levels, times and callers. */
public final class KernelLogText {

    /** {@code <6>}, {@code kern  :info  : }, {@code [    1.234567] }, {@code [Sat Nov 21 00:16:30 2026] }, {@code [   T1] }. */
    private static final Pattern PREFIX = Pattern.compile("(?:<\\d{1,3}>)?(?:[a-z0-9]+ *:[a-z]+ *: )?"
            + "(?:\\[ *\\d+\\.\\d+(?:, *\\d+)?\\] ?|\\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \\d]\\d [\\d:]{8} \\d{4}\\] ?)?"
            + "(?:\\[ *[TC]\\d+\\] ?)?");

    private KernelLogText() {}

    /** The messages of a text as {@code dmesg} prints it. */
    public static List<String> messages(String dmesg) {
        return messages(dmesg.lines().toList());
    }

    /** The messages of lines as {@code dmesg} prints them. */
    public static List<String> messages(List<String> lines) {
        List<String> messages = new ArrayList<>();
        lines.forEach(line -> {
            Matcher m = PREFIX.matcher(line);
            String message = m.lookingAt() ? line.substring(m.end()) : line;
            if (!message.isBlank()) {
                messages.add(message);
            }
        });
        return messages;
    }
}
