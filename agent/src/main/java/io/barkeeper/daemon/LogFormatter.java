package io.barkeeper.daemon;

import java.util.Arrays;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;

/**
 * One line for each line of a message. On a stream that goes to the journal each begins with {@code <N>}, its priority
 * (sd-daemon(3)); elsewhere, with the level when it is a warning or an error. An exception is one line with its cause
 * and the nearest frames, never a stack trace.
 */
final class LogFormatter extends Formatter {

    private static final int FRAMES = 6;

    private final boolean journal;

    LogFormatter(boolean journal) {
        this.journal = journal;
    }

    @Override
    public String format(LogRecord entry) {
        String prefix = prefix(entry.getLevel());
        return text(entry).lines().map(line -> prefix + line + "\n").collect(Collectors.joining());
    }

    /** What is said, without its priority. */
    String text(LogRecord entry) {
        Throwable thrown = entry.getThrown();
        return formatMessage(entry) + (thrown == null ? "" : "\n  " + oneLine(thrown));
    }

    private String prefix(Level level) {
        if (journal) {
            return "<" + priority(level) + ">";
        }
        return level.intValue() >= Level.WARNING.intValue()
                ? (level.equals(Level.SEVERE) ? "error: " : "warning: ")
                : "";
    }

    /** As syslog(3) numbers them. */
    static int priority(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return 3;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return 4;
        }
        return level.intValue() >= Level.INFO.intValue() ? 6 : 7;
    }

    private static String oneLine(Throwable thrown) {
        String frames = Arrays.stream(thrown.getStackTrace())
                .limit(FRAMES)
                .map(f -> f.getFileName() + ":" + f.getLineNumber())
                .collect(Collectors.joining(" < "));
        Throwable cause = thrown.getCause();
        return thrown + " (" + frames + ")" + (cause == null ? "" : " caused by " + cause);
    }
}
