package io.barkeeper.plan;

import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Selector;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an administrator prefers, and what was measured on this machine.
 *
 * @param priority who gets room first when there is not enough for all newcomers, the most important first; whom none
 *     of them names comes after, by class and size
 * @param outageMillis how long a device of a driver is away when it is taken out and found again, milliseconds, as
 *     measured; a driver that is missing here is taken to need {@value #USUAL_OUTAGE_MILLIS}
 * @param prices how much more it costs to take some devices out than their class says; the first that matches counts
 * @param wishes for which devices there should be room in which empty port
 */
public record Preferences(
        List<Selector> priority, Map<String, Long> outageMillis, List<Price> prices, List<Wish> wishes) {

    static final long USUAL_OUTAGE_MILLIS = 1000;

    /** Nothing is preferred and nothing was measured. */
    public static final Preferences NONE = new Preferences(List.of(), Map.of(), List.of(), List.of());

    public Preferences {
        priority = List.copyOf(priority);
        outageMillis = Map.copyOf(outageMillis);
        prices = List.copyOf(prices);
        wishes = List.copyOf(wishes);
    }

    /** Without prices and wishes. */
    public Preferences(List<Selector> priority, Map<String, Long> outageMillis) {
        this(priority, outageMillis, List.of(), List.of());
    }

    /**
     * What an administrator says that a device is worth.
     *
     * @param selector which devices
     * @param factor how many times as much as without; from 1
     */
    public record Price(Selector selector, long factor) {}

    /** The same with what was measured. */
    public Preferences measured(Map<String, Long> millis) {
        return new Preferences(priority, millis, prices, wishes);
    }

    /** How many times as much as its class says it costs to take a function out. */
    long factor(Topology topology, PciFunction function) {
        Optional<Price> price = prices.stream()
                .filter(p -> p.selector().matches(topology, function))
                .findFirst();
        return price.map(Price::factor).orElse(1L);
    }

    /** The place of a function in {@link #priority}, from 0; the length of the list when none names it. */
    int rank(Topology topology, PciFunction function) {
        for (int i = 0; i < priority.size(); i++) {
            if (priority.get(i).matches(topology, function)) {
                return i;
            }
        }
        return priority.size();
    }

    long outageMillis(PciFunction function) {
        return function.driver()
                .map(d -> outageMillis.getOrDefault(d, USUAL_OUTAGE_MILLIS))
                .orElse(USUAL_OUTAGE_MILLIS);
    }
}
