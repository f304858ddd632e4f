package io.barkeeper.daemon;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long the devices of a driver were away in the transactions since this daemon started. Of each driver the longest time
 * counts, because a plan that hopes for the shortest disturbs more than it says. For any thread.
 */
final class MeasuredOutages {

    private static final long MICROS_IN_MILLI = 1000;

    private final Map<String, Long> longestMillis = new ConcurrentHashMap<>();

    /**
     * @param before the machine as it was, for who had which driver
     * @param micros how long each device was away, microseconds
     */
    void add(Topology before, Map<PciAddress, Long> micros) {
        micros.forEach((address, away) -> before.find(address)
                .flatMap(f -> f.driver())
                .ifPresent(driver -> longestMillis.merge(driver, Math.max(1, away / MICROS_IN_MILLI), Math::max)));
    }

    /** Milliseconds by driver. */
    Map<String, Long> millis() {
        return Map.copyOf(longestMillis);
    }
}
