package io.barkeeper.config;

import io.barkeeper.plan.Preferences;
import io.barkeeper.policy.Hooks;
import io.barkeeper.policy.PolicyRules.Rule;
import io.barkeeper.policy.PolicyRules.Verdict;
import io.barkeeper.policy.Selector;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the keys of one {@code [[rule]]}, in any order. */
final class RuleReader implements SectionReader {

    static final String KEYS =
            "match, movable, priority, cost, before-quiesce, quiesced, after-rebind, failed, hook-timeout";

    private static final long MOST_PRIORITY = 1000;
    private static final long MOST_COST = 1000;
    private static final long MOST_TIMEOUT_MICROS = 300_000_000;

    private Optional<Selector> match = Optional.empty();
    private Optional<Boolean> movable = Optional.empty();
    private OptionalLong priority = OptionalLong.empty();
    private OptionalLong cost = OptionalLong.empty();
    private final Map<Hooks.Moment, List<String>> hooks = new EnumMap<>(Hooks.Moment.class);
    private long timeoutMicros = Hooks.USUAL_TIMEOUT_MICROS;

    @Override
    public void set(String key, Object value) throws BadValue {
        switch (key) {
            case "match" -> match = Optional.of(Values.selector(Values.string(value)));
            case "movable" -> movable = Optional.of(Values.flag(value));
            case "priority" -> priority = OptionalLong.of(Values.number(value, 1, MOST_PRIORITY));
            case "cost" -> cost = OptionalLong.of(Values.number(value, 1, MOST_COST));
            case "hook-timeout" -> timeoutMicros = timeout(Values.duration(value));
            case "before-quiesce", "quiesced", "after-rebind", "failed" -> hook(key, Values.strings(value));
            default -> throw new BadValue("a rule has no such key; it knows " + KEYS);
        }
    }

    @Override
    public String into(Draft draft) throws BadValue {
        if (match.isEmpty() || (movable.isEmpty() && priority.isEmpty() && cost.isEmpty())) {
            throw new BadValue(
                    "a rule needs match = \"...\", and at least one of movable = true or false, priority, cost");
        }
        if (!hooks.isEmpty() && !movable.orElse(false)) {
            throw new BadValue("hooks run when a device is taken out: without movable = true it never is");
        }
        Selector selector = match.get();
        List<String> told = new ArrayList<>();
        if (movable.isPresent()) {
            Rule rule = rule(selector, movable.get());
            draft.rules.add(rule);
            told.add(rule.toString());
        } else {
            told.add(selector.text());
        }
        priority.ifPresent(number -> {
            draft.priorities.add(new Draft.Priority(selector, number));
            told.add("priority " + number);
        });
        cost.ifPresent(factor -> {
            draft.prices.add(new Preferences.Price(selector, factor));
            told.add("cost " + factor);
        });
        return String.join(", ", told);
    }

    private Rule rule(Selector selector, boolean mayMove) {
        return new Rule(
                selector,
                mayMove ? Verdict.MOVABLE : Verdict.NEVER,
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
