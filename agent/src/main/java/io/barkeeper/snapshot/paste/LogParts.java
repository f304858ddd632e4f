package io.barkeeper.snapshot.paste;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts the kernel log of a paste into stretches of one boot each. A mail often quotes several: where the times go back,
 * or are written in another way or left out, another stretch begins. A line that repeats, whole or cut off, what was
 * printed at the same time is a quotation and is left out.
 */
final class LogParts {

    private static final Pattern SECONDS = Pattern.compile("^(?:<\\d{1,3}>)?\\[ *(\\d{1,9}\\.\\d+)");
    private static final Pattern DAEMON = Pattern.compile("^[A-Z][a-z]{2} [ \\d]\\d \\d\\d:");
    private static final Pattern DATE = Pattern.compile("^\\[[A-Z][a-z]{2} ");

    /** Messages of several processors may be printed a little out of order. */
    private static final double OUT_OF_ORDER = 1.0;

    private enum Clock {
        SECONDS,
        DAEMON,
        DATE,
        NONE
    }

    private final List<List<PasteLine>> parts = new ArrayList<>();
    private final Map<String, List<String>> seen = new HashMap<>();
    private Clock clock = Clock.NONE;
    private double now;

    private LogParts() {}

    /** The stretches in the order of the paste; empty without any line. */
    static List<List<PasteLine>> of(List<PasteLine> log) {
        LogParts cutter = new LogParts();
        log.forEach(cutter::accept);
        return cutter.parts;
    }

    private void accept(PasteLine line) {
        Matcher seconds = SECONDS.matcher(line.text());
        if (seconds.find()) {
            if (isRepeated(seconds.group(1), PasteSorter.message(line.text()))) {
                return;
            }
            double time = Double.parseDouble(seconds.group(1));
            begin(Clock.SECONDS, time < now - OUT_OF_ORDER);
            now = time;
        } else if (DAEMON.matcher(line.text()).find()) {
            begin(Clock.DAEMON, false);
        } else {
            begin(DATE.matcher(line.text()).find() ? Clock.DATE : Clock.NONE, false);
        }
        parts.get(parts.size() - 1).add(line);
    }

    private void begin(Clock next, boolean anew) {
        if (parts.isEmpty() || anew || next != clock) {
            parts.add(new ArrayList<>());
            clock = next;
            now = 0;
        }
    }

    private boolean isRepeated(String time, String message) {
        List<String> before = seen.computeIfAbsent(time, t -> new ArrayList<>());
        if (before.stream().anyMatch(b -> b.startsWith(message))) {
            return true;
        }
        before.add(message);
        return false;
    }
}
