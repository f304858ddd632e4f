package io.barkeeper.daemon;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * Sends each log message to systemd-journald as one entry with fields (systemd.journal-fields(7)): the text, its
 * priority, its code where it begins with one, and what {@link LogFields} says about it. What cannot be sent goes to
 * another handler. For any thread.
 */
final class JournaldHandler extends Handler {

    private static final String IDENTIFIER = "barkeeperd";
    /** LOG_DAEMON of syslog(3). */
    private static final String FACILITY = "3";

    private static final Pattern CODE = Pattern.compile("(BK-[A-Z][A-Z0-9-]*)[: ].*", Pattern.DOTALL);
    /** What journald accepts as a name from a client; others it drops. */
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    /** Takes one entry in journald's native protocol. */
    interface Sink {
        void send(byte[] entry) throws IOException;
    }

    private final LogFormatter formatter = new LogFormatter(true);
    private final Sink sink;
    private final Handler otherwise;

    JournaldHandler(Sink sink, Handler otherwise) {
        this.sink = sink;
        this.otherwise = otherwise;
    }

    @Override
    public void publish(LogRecord entry) {
        if (!isLoggable(entry)) {
            return;
        }
        try {
            sink.send(encode(fields(entry)));
        } catch (IOException | LinkageError e) {
            // Nobody listens, the entry is too large, or the native library does not load: the text at least.
            otherwise.publish(entry);
        }
    }

    private Map<String, String> fields(LogRecord entry) {
        Map<String, String> fields = new TreeMap<>();
        Map<String, String> context = MDC.getCopyOfContextMap();
        if (context != null) {
            context.forEach((name, value) -> {
                if (NAME.matcher(name).matches()) {
                    fields.put(name, value);
                }
            });
        }
        String text = formatter.text(entry);
        Matcher code = CODE.matcher(text);
        if (code.matches()) {
            fields.put("BARKEEPER_CODE", code.group(1));
        }
        fields.put("MESSAGE", text);
        fields.put("PRIORITY", Integer.toString(LogFormatter.priority(entry.getLevel())));
        fields.put("SYSLOG_FACILITY", FACILITY);
        fields.put("SYSLOG_IDENTIFIER", IDENTIFIER);
        return fields;
    }

    /**
     * An entry in journald's native protocol: {@code NAME=value} and a newline for each field; a value that has newlines
     * itself is written as the name, a newline, its length in bytes as 64 bits, little-endian, the value, a newline.
     */
    static byte[] encode(Map<String, String> fields) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        fields.forEach((name, text) -> {
            byte[] value = text.getBytes(StandardCharsets.UTF_8);
            entry.writeBytes(name.getBytes(StandardCharsets.UTF_8));
            if (text.indexOf('\n') < 0) {
                entry.write('=');
            } else {
                entry.write('\n');
                entry.writeBytes(ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value.length)
                        .array());
            }
            entry.writeBytes(value);
            entry.write('\n');
        });
        return entry.toByteArray();
    }

    @Override
    public void flush() {
        otherwise.flush();
    }

    @Override
    public void close() {
        otherwise.close();
    }
}
