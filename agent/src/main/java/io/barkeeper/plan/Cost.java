package io.barkeeper.plan;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;

/**
 * What a release set costs: first what it disturbs, then how many steps it takes, then how many subtrees it touches;
 * the addresses break ties, so that the same question gets the same answer.
 *
 * @param disturbance sum of the weights of the functions that work now and are taken out
 * @param steps number of actions
 * @param set the release set
 */
record Cost(long disturbance, int steps, ReleaseSet set) implements Comparable<Cost> {

    private static final long RESIZING = 2;

    private static final Comparator<Cost> ORDER = Comparator.comparingLong(Cost::disturbance)
            .thenComparingInt(Cost::steps)
            .thenComparingInt(c -> c.set().roots().size())
            .thenComparing(c -> c.set().roots(), Cost::byAddress)
            .thenComparing(c -> c.set().closing())
            .thenComparing(c -> c.set().finding())
            .thenComparing(c -> c.set().growth().toString());

    Price price() {
        return new Price(disturbance, steps);
    }

    /**
     * What it costs that a bridge which stays has its windows sized anew: more than to take it out. The kernel may try twice
     * then, and closes the windows in between; a release and a rescan do neither.
     */
    static long ofResizing(ReleaseSet set) {
        return set.finding() == ReleaseSet.Finding.RESIZING ? RESIZING : 0;
    }

    /** The functions that work now and are taken out, or sized anew, bridges before what is below them. */
    static List<Plan.Disturbance> disturbances(Goal goal, Weights weights, ReleaseSet set) {
        List<Plan.Disturbance> disturbances = new ArrayList<>();
        if (set.finding() == ReleaseSet.Finding.RESIZING) {
            PciAddress bridge = set.freed(goal.start()).first();
            disturbances.add(new Plan.Disturbance(
                    bridge, goal.start().get(bridge).driver().orElse(""), RESIZING));
        }
        for (PciFunction function : set.released(goal.start())) {
            if (goal.worksNow(function.address())) {
                disturbances.add(new Plan.Disturbance(
                        function.address(), function.driver().orElse(""), weights.of(function)));
            }
        }
        return disturbances;
    }

    /** Sets of one size, by the first address in which they differ. */
    private static int byAddress(SortedSet<PciAddress> some, SortedSet<PciAddress> others) {
        Iterator<PciAddress> other = others.iterator();
        for (PciAddress one : some) {
            int order = other.hasNext() ? one.compareTo(other.next()) : 1;
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @Override
    public int compareTo(Cost other) {
        return ORDER.compare(this, other);
    }
}
