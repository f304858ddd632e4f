package io.barkeeper.plan;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a release set costs: first what it disturbs, then how many steps it takes, then how many subtrees it touches;
 * the addresses break ties, so that the same question gets the same answer.
 *
 * @param disturbance sum of the weights of the functions that work now and are taken out
 * @param steps number of actions
 * @param set the release set
 */
record Cost(long disturbance, int steps, ReleaseSet set) implements Comparable<Cost> {

    private static final Comparator<Cost> ORDER = Comparator.comparingLong(Cost::disturbance)
            .thenComparingInt(Cost::steps)
            .thenComparingInt(c -> c.set().roots().size())
            .thenComparing(c -> c.set().roots().toString())
            .thenComparing(c -> c.set().closing());

    private static final long BRIDGE = 1;
    private static final long WITHOUT_DRIVER = 5;
    private static final long OTHER = 40;

    static Cost of(Goal goal, ReleaseSet set, int steps) {
        long sum = disturbances(goal, set).stream()
                .mapToLong(Plan.Disturbance::cost)
                .sum();
        return new Cost(sum, steps, set);
    }

    /** The functions that work now and are taken out, bridges before what is below them. */
    static List<Plan.Disturbance> disturbances(Goal goal, ReleaseSet set) {
        Topology start = goal.start();
        List<Plan.Disturbance> disturbances = new ArrayList<>();
        for (PciFunction function : set.released(start)) {
            PciAddress address = function.address();
            if (!goal.targets().contains(address)) {
                disturbances.add(new Plan.Disturbance(address, function.driver().orElse(""), weight(function)));
            }
        }
        return disturbances;
    }

    /** Relative: what is lost while the device is away. By class, PCI Code and ID Assignment 1.16, 1. */
    private static long weight(PciFunction function) {
        if (function.isBridge()) {
            return BRIDGE;
        }
        if (function.driver().isEmpty()) {
            return WITHOUT_DRIVER;
        }
        return switch (function.classCode() >>> 16) {
            case 0x01 -> 100; // mass storage
            case 0x02 -> 60; // network
            case 0x03, 0x12 -> 80; // display, processing accelerator
            default -> OTHER;
        };
    }

    @Override
    public int compareTo(Cost other) {
        return ORDER.compare(this, other);
    }
}
