package io.barkeeper.plan;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
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

    private static final long RESIZING = 2;

    private static final Comparator<ReleaseSet> BY_VARIANT = Comparator.comparing(ReleaseSet::closing)
            .thenComparing(ReleaseSet::finding)
            .thenComparing(s -> s.growth().toString());

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
            PciAddress bridge = set.freed(goal.start()).get(0);
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

    /** Fewer before more, then by the first address in which they differ. */
    private static int byRoots(List<PciAddress> some, List<PciAddress> others) {
        int order = Integer.compare(some.size(), others.size());
        for (int i = 0; order == 0 && i < some.size(); i++) {
            order = some.get(i).compareTo(others.get(i));
        }
        return order;
    }

    @Override
    public int compareTo(Cost other) {
        int order = price().compareTo(other.price());
        if (order == 0) {
            order = byRoots(set.roots(), other.set.roots());
        }
        return order == 0 ? BY_VARIANT.compare(set, other.set) : order;
    }
}
