package io.barkeeper.policy;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an administrator said about who may move: rules from the configuration, of which the first that matches counts,
 * and pins set at run time, which count before any rule.
 */
public record PolicyRules(List<Rule> rules, Set<PciAddress> pins) {

    /** No rule and no pin: the defaults of {@link Policy} alone. */
    public static final PolicyRules NONE = new PolicyRules(List.of(), Set.of());

    public PolicyRules {
        rules = List.copyOf(rules);
        pins = Set.copyOf(pins);
    }

    /** The first rule that speaks about this function. */
    public Optional<Rule> ruleFor(Topology topology, PciFunction function) {
        return rules.stream()
                .filter(r -> r.selector().matches(topology, function))
                .findFirst();
    }

    /** These rules with one more pin. */
    public PolicyRules pinning(PciAddress address) {
        return new PolicyRules(rules, with(address, true));
    }

    /** These rules without a pin on this function. */
    public PolicyRules unpinning(PciAddress address) {
        return new PolicyRules(rules, with(address, false));
    }

    private Set<PciAddress> with(PciAddress address, boolean pinned) {
        Set<PciAddress> changed = new HashSet<>(pins);
        if (pinned) {
            changed.add(address);
        } else {
            changed.remove(address);
        }
        return changed;
    }

    /** What a rule says. */
    public enum Verdict {
        /** May be unbound and bound again when nobody holds it. */
        MOVABLE,
        /** Must not be touched. */
        NEVER
    }

    /** The hooks of the first rule that speaks about this function. */
    public Hooks hooksFor(Topology topology, PciFunction function) {
        return ruleFor(topology, function).map(Rule::hooks).orElse(Hooks.NONE);
    }

    /** One line or section of the configuration. */
    public record Rule(Selector selector, Verdict verdict, Hooks hooks) {

        /** A rule without hooks. */
        public Rule(Selector selector, Verdict verdict) {
            this(selector, verdict, Hooks.NONE);
        }

        @Override
        public String toString() {
            StringBuilder text =
                    new StringBuilder(selector.text() + " = " + (verdict == Verdict.MOVABLE ? "movable" : "never"));
            for (Hooks.Moment moment : Hooks.Moment.values()) {
                if (!hooks.at(moment).isEmpty()) {
                    text.append(", ").append(moment.key()).append(' ').append(hooks.at(moment));
                }
            }
            return text.toString();
        }
    }
}
