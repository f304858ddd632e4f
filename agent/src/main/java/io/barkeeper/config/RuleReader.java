package io.barkeeper.config;

import io.barkeeper.policy.PolicyRules.Rule;
import io.barkeeper.policy.PolicyRules.Verdict;
import io.barkeeper.policy.Selector;
import java.util.Optional;

/** Reads the keys of one {@code [[rule]]}, in any order. */
final class RuleReader {

    static final String KEYS = "match, movable";

    private Optional<Selector> match = Optional.empty();
    private Optional<Boolean> movable = Optional.empty();

    void set(String key, Object value) throws BadValue {
        switch (key) {
            case "match" -> match = Optional.of(Values.selector(Values.string(value)));
            case "movable" -> movable = Optional.of(Values.flag(value));
            default -> throw new BadValue("a rule has no such key; it knows " + KEYS);
        }
    }

    Rule rule() throws BadValue {
        if (match.isEmpty() || movable.isEmpty()) {
            throw new BadValue("a rule needs match = \"...\", and movable = true or movable = false");
        }
        return new Rule(match.get(), movable.get() ? Verdict.MOVABLE : Verdict.NEVER);
    }
}
