package io.barkeeper.daemon;

import io.barkeeper.nativeshim.JournaldSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends every log message to systemd's journal where standard error goes there, and otherwise to standard error.
 */
final class Logging {

    private Logging() {}

    static void start() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.addHandler(handler(System.getenv(), JournaldSocket.PATH));
        root.setLevel(Level.INFO);
    }

    /** Why the process ends; on a terminal with the name of the program, as of any command. */
    static void ends(String code, String text) {
        if (goesToJournal(System.getenv())) {
            LoggerFactory.getLogger(Logging.class).error("{}: {}", code, text);
        } else {
            System.err.println("barkeeperd: " + text + " [" + code + "]");
        }
    }

    /** @param journald the path of its socket */
    static Handler handler(Map<String, String> environment, String journald) {
        boolean journal = goesToJournal(environment);
        Handler plain = new ToStandardError(new LogFormatter(journal));
        return journal
                ? new JournaldHandler(entry -> JournaldSocket.at(journald).send(entry), plain)
                : plain;
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
