package io.barkeeper.config;

import io.barkeeper.policy.Hooks;
import io.barkeeper.policy.PolicyRules.Rule;
import io.barkeeper.policy.PolicyRules.Verdict;
import io.barkeeper.policy.Selector;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the keys of one {@code [[rule]]}, in any order. */
final class RuleReader {

    static final String KEYS = "match, movable, before-quiesce, quiesced, after-rebind, failed, hook-timeout";

    private static final long MOST_TIMEOUT_MICROS = 300_000_000;

    private Optional<Selector> match = Optional.empty();
    private Optional<Boolean> movable = Optional.empty();
    private final Map<Hooks.Moment, List<String>> hooks = new EnumMap<>(Hooks.Moment.class);
    private long timeoutMicros = Hooks.USUAL_TIMEOUT_MICROS;

    void set(String key, Object value) throws BadValue {
        switch (key) {
            case "match" -> match = Optional.of(Values.selector(Values.string(value)));
            case "movable" -> movable = Optional.of(Values.flag(value));
            case "hook-timeout" -> timeoutMicros = timeout(Values.duration(value));
            case "before-quiesce", "quiesced", "after-rebind", "failed" -> hook(key, Values.strings(value));
            default -> throw new BadValue("a rule has no such key; it knows " + KEYS);
        }
    }

    Rule rule() throws BadValue {
        if (match.isEmpty() || movable.isEmpty()) {
            throw new BadValue("a rule needs match = \"...\", and movable = true or movable = false");
        }
        if (!movable.get() && !hooks.isEmpty()) {
            throw new BadValue("hooks run when a device is taken out, and movable = false says that it never is");
        }
        return new Rule(
                match.get(),
                movable.get() ? Verdict.MOVABLE : Verdict.NEVER,
                new Hooks(
                        at(Hooks.Moment.BEFORE_QUIESCE),
                        at(Hooks.Moment.QUIESCED),
                        at(Hooks.Moment.AFTER_REBIND),
                        at(Hooks.Moment.FAILED),
                        timeoutMicros));
    }

    private void hook(String key, List<String> command) throws BadValue {
        if (command.isEmpty() || !command.get(0).startsWith("/")) {
            throw new BadValue("must be a program with its whole path and its arguments, like"
                    + " [\"/usr/bin/umount\", \"/srv\"]");
        }
        for (Hooks.Moment moment : Hooks.Moment.values()) {
            if (moment.key().equals(key)) {
                hooks.put(moment, command);
            }
        }
    }

    private List<String> at(Hooks.Moment moment) {
        return hooks.getOrDefault(moment, List.of());
    }

    private static long timeout(long micros) throws BadValue {
        if (micros < 100_000 || micros > MOST_TIMEOUT_MICROS) {
            throw new BadValue("must be from \"100ms\" to \"5min\"");
        }
        return micros;
    }
}
