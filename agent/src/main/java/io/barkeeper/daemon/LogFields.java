package io.barkeeper.daemon;

import io.barkeeper.pci.PciAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.MDC;

/**
 * What log messages carry into systemd's journal beside their text, so that {@code journalctl FIELD=VALUE} finds them;
 * on a plain standard error it is not shown. The fields hold for the messages of the calling thread while the code runs
 * that is handed in. They travel in SLF4J's diagnostic context, since its bridge to java.util.logging does not pass on the
 * key-value pairs of a single message.
 */
final class LogFields {

    private static final String MESSAGE_ID = "MESSAGE_ID";
    private static final String DEVICE = "BARKEEPER_DEVICE";
    private static final String CAUSE = "BARKEEPER_CAUSE";
    private static final String PLAN = "BARKEEPER_PLAN";
    private static final String TRANSACTION = "BARKEEPER_TRANSACTION";
    private static final String OUTCOME = "BARKEEPER_OUTCOME";
    private static final String MODE = "BARKEEPER_MODE";

    private final Map<String, String> fields = new LinkedHashMap<>();

    private LogFields() {}

    /** Fields of messages that are no event by themselves. */
    static LogFields none() {
        return new LogFields();
    }

    static LogFields of(LogEvent event) {
        return none().and(MESSAGE_ID, event.id());
    }

    /** Whom it is about. */
    LogFields device(PciAddress address) {
        return and(DEVICE, address.toString());
    }

    /** What happened to a device. */
    LogFields cause(String label) {
        return and(CAUSE, label);
    }

    LogFields plan(String id) {
        return and(PLAN, id);
    }

    LogFields transaction(String id) {
        return and(TRANSACTION, id);
    }

    LogFields transaction(Optional<String> id) {
        id.ifPresent(this::transaction);
        return this;
    }

    /** How something ended. */
    LogFields outcome(String label) {
        return and(OUTCOME, label);
    }

    LogFields mode(String label) {
        return and(MODE, label);
    }

    private LogFields and(String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, value);
        }
        return this;
    }

    /** Logs with these fields, beside those that hold already. */
    void tell(Runnable log) {
        during(() -> {
            log.run();
            return "";
        });
    }

    /** Works with these fields, beside those that hold already. */
    <T> T during(Supplier<T> work) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        fields.forEach(MDC::put);
        try {
            return work.get();
        } finally {
            MDC.setContextMap(before == null ? Map.of() : before);
        }
    }
}
