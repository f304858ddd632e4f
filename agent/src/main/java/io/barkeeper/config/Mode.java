package io.barkeeper.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How much the daemon does by itself. */
public enum Mode {
    /** Looks, plans and measures; writes nothing. */
    OBSERVE,
    /** Acts when an operator says {@code barkeeper apply}. */
    CONFIRM,
    /** Acts by itself. */
    AUTOMATIC;

    /** The name in the file, in JSON and in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Mode> named(String label) {
        return Arrays.stream(values()).filter(m -> m.label().equals(label)).findFirst();
    }
}
