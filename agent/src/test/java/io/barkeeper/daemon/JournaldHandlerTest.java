package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PciAddress;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** Log messages become entries with fields, in the native protocol of systemd-journald. */
class JournaldHandlerTest {

    private final List<Map<String, String>> sent = new ArrayList<>();
    private final List<LogRecord> fallenBack = new ArrayList<>();
    private final Handler handler = new JournaldHandler(entry -> sent.add(decode(entry)), new Fallback());

    @Test
    void aMessageHasItsTextAndPriority() {
        handler.publish(new LogRecord(Level.INFO, "nothing is in trouble"));
        assertThat(sent)
                .containsExactly(Map.of(
                        "MESSAGE", "nothing is in trouble",
                        "PRIORITY", "6",
                        "SYSLOG_FACILITY", "3",
                        "SYSLOG_IDENTIFIER", "barkeeperd"));
    }

    @Test
    void levelsArePrioritiesAsSyslogNumbersThem() {
        for (Level level : List.of(Level.SEVERE, Level.WARNING, Level.INFO)) {
            handler.publish(new LogRecord(level, "text"));
        }
        assertThat(sent).extracting(e -> e.get("PRIORITY")).containsExactly("3", "4", "6");
    }

    @Test
    void theCodeOfAMessageIsAField() {
        handler.publish(new LogRecord(Level.WARNING, "BK-OVERFLOW: uevents were lost\nthe machine is looked at"));
        handler.publish(new LogRecord(Level.WARNING, "the code BK-OVERFLOW is in the middle"));
        assertThat(sent.get(0)).containsEntry("BARKEEPER_CODE", "BK-OVERFLOW");
        assertThat(sent.get(1)).doesNotContainKey("BARKEEPER_CODE");
    }

    @Test
    void whatIsSaidAboutAMessageIsInFieldsAndEndsWithIt() {
        LogFields.none().plan("p1").transaction("00000007").during(() -> {
            LogFields.of(LogEvent.ALLOCATION_FAILED)
                    .device(PciAddress.parse("0000:06:00.0"))
                    .cause("no_space")
                    .tell(() -> handler.publish(new LogRecord(Level.WARNING, "no room")));
            handler.publish(new LogRecord(Level.INFO, "within"));
            return "";
        });
        handler.publish(new LogRecord(Level.INFO, "after"));
        assertThat(sent.get(0))
                .containsEntry("MESSAGE_ID", LogEvent.ALLOCATION_FAILED.id())
                .containsEntry("BARKEEPER_DEVICE", "0000:06:00.0")
                .containsEntry("BARKEEPER_CAUSE", "no_space")
                .containsEntry("BARKEEPER_PLAN", "p1")
                .containsEntry("BARKEEPER_TRANSACTION", "00000007");
        assertThat(sent.get(1))
                .containsEntry("BARKEEPER_TRANSACTION", "00000007")
                .doesNotContainKeys("MESSAGE_ID", "BARKEEPER_DEVICE");
        assertThat(sent.get(2)).doesNotContainKeys("BARKEEPER_PLAN", "BARKEEPER_TRANSACTION");
    }

    @Test
    void aValueWithNewlinesIsWrittenWithItsLength() {
        byte[] entry = JournaldHandler.encode(new TreeMap<>(Map.of("A", "one", "B", "zwei\nDREI=ü\n", "C", "")));
        ByteBuffer expected = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        expected.put("A=one\nB\n".getBytes(StandardCharsets.UTF_8))
                .putLong(13)
                .put("zwei\nDREI=ü\n\nC=\n".getBytes(StandardCharsets.UTF_8));
        byte[] bytes = new byte[expected.position()];
        expected.flip().get(bytes);
        assertThat(entry).isEqualTo(bytes);
        assertThat(decode(entry)).isEqualTo(Map.of("A", "one", "B", "zwei\nDREI=ü\n", "C", ""));
    }

    @Test
    void anExceptionIsPartOfTheText() {
        LogRecord entry = new LogRecord(Level.SEVERE, "BK-INTERNAL: this is a mistake");
        entry.setThrown(new IllegalStateException("two roots"));
        handler.publish(entry);
        assertThat(sent.get(0).get("MESSAGE"))
                .startsWith("BK-INTERNAL: this is a mistake\n  java.lang.IllegalStateException: two roots (");
    }

    @Test
    void whatJournaldDoesNotTakeGoesToStandardError() {
        LogRecord entry = new LogRecord(Level.INFO, "text");
        Handler deaf = new JournaldHandler(
                bytes -> {
                    throw new BindException("nobody listens");
                },
                new Fallback());
        deaf.publish(entry);
        assertThat(fallenBack).containsExactly(entry);
    }

    @Test
    void anEventHasAnIdOfItsOwn() {
        assertThat(LogEvent.values())
                .extracting(LogEvent::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[0-9a-f]{32}"));
    }

    @Test
    void theManualPageAndTheCatalogueKnowEveryEvent() throws IOException {
        for (String file : List.of("man/barkeeperd.8", "barkeeper.catalog")) {
            String text = Files.readString(Path.of("../systemd/src", file));
            assertThat(LogEvent.values()).as(file).allMatch(event -> text.contains(event.id()));
        }
    }

    /** As journald reads it. */
    private static Map<String, String> decode(byte[] entry) {
        Map<String, String> fields = new TreeMap<>();
        ByteBuffer rest = ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN);
        while (rest.hasRemaining()) {
            int begin = rest.position();
            byte next = rest.get();
            while (next != '=' && next != '\n') {
                next = rest.get();
            }
            String name = new String(entry, begin, rest.position() - 1 - begin, StandardCharsets.UTF_8);
            int length = next == '\n' ? (int) rest.getLong() : untilNewline(entry, rest.position());
            fields.put(name, new String(entry, rest.position(), length, StandardCharsets.UTF_8));
            rest.position(rest.position() + length);
            assertThat(rest.get()).as("what ends field " + name).isEqualTo((byte) '\n');
        }
        return fields;
    }

    private static int untilNewline(byte[] entry, int from) {
        int at = from;
        while (entry[at] != '\n') {
            at++;
        }
        return at - from;
    }

    private final class Fallback extends Handler {
        @Override
        public void publish(LogRecord entry) {
            fallenBack.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
