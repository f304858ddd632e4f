package io.barkeeper.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sends every log message to standard error, in the form that suits where that goes. */
final class Logging {

    private Logging() {}

    static void start() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.addHandler(new ToStandardError(new LogFormatter(goesToJournal(System.getenv()))));
        root.setLevel(Level.INFO);
    }

    /** {@code JOURNAL_STREAM} holds device and inode of the stream that the service manager connected. */
    static boolean goesToJournal(Map<String, String> environment) {
        String stream = environment.getOrDefault("JOURNAL_STREAM", "");
        if (stream.isEmpty()) {
            return false;
        }
        try {
            Map<String, Object> file = Files.readAttributes(Path.of("/proc/self/fd/2"), "unix:dev,ino");
            return stream.equals(file.get("dev") + ":" + file.get("ino"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Unlike the console handler of the JDK, it is not closed with the log manager while the daemon still stops. */
    private static final class ToStandardError extends Handler {

        ToStandardError(LogFormatter formatter) {
            setFormatter(formatter);
        }

        @Override
        public void publish(LogRecord entry) {
            if (isLoggable(entry)) {
                System.err.print(getFormatter().format(entry));
            }
        }

        @Override
        public void flush() {
            System.err.flush();
        }

        @Override
        public void close() {
            flush();
        }
    }
}
