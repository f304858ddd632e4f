package io.barkeeper.config;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.plan.Preferences;
import io.barkeeper.plan.Wish;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.PolicyRules.Rule;
import io.barkeeper.policy.Selector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The values while files are being read. It starts with the defaults. */
final class Draft {

    static final int METRICS_PORT = 9826;

    Mode mode = Mode.OBSERVE;
    long settleQuietMicros = 500_000;
    long settleLongestMicros = 5_000_000;
    boolean metricsSocket = true;
    Optional<InetSocketAddress> metricsListen =
            Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), METRICS_PORT));
    boolean actOnUnknownKernel;
    boolean allowHungTaskPanic;
    final List<Rule> never = new ArrayList<>();
    final List<Rule> movable = new ArrayList<>();
    final Set<PciAddress> pins = new LinkedHashSet<>();
    final List<Rule> rules = new ArrayList<>();
    final List<Priority> priorities = new ArrayList<>();
    final List<Preferences.Price> prices = new ArrayList<>();
    final List<Wish> wishes = new ArrayList<>();

    /** Who gets room first. */
    record Priority(Selector selector, long number) {}

    Config config() {
        return new Config(
                mode,
                settleQuietMicros,
                settleLongestMicros,
                metricsSocket,
                metricsListen,
                actOnUnknownKernel,
                allowHungTaskPanic,
                new PolicyRules(inOrder(), pins),
                preferences());
    }

    /** The highest number first; equal ones as they stand. */
    private Preferences preferences() {
        return new Preferences(
                priorities.stream()
                        .sorted(Comparator.comparingLong(Priority::number).reversed())
                        .map(Priority::selector)
                        .toList(),
                Map.of(),
                prices,
                wishes);
    }

    /** The first that matches counts: what must never move, then the rules as they stand, then what may. */
    private List<Rule> inOrder() {
        List<Rule> all = new ArrayList<>(never);
        all.addAll(rules);
        all.addAll(movable);
        return all;
    }
}
