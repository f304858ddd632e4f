package io.barkeeper.plan;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Prices release sets. Disturbance and steps of a set are the sums over its roots, and one step for the rescan, so each
 * subtree is looked at once, however many sets it is in.
 */
final class Costs {

    private final Goal goal;
    private final Weights weights;
    private final boolean configWritable;
    private final Map<PciAddress, Share> plain = new HashMap<>();
    private final Map<PciAddress, Share> closing = new HashMap<>();

    /** @param configWritable whether config space can be written, which takes steps of its own */
    Costs(Goal goal, Weights weights, boolean configWritable) {
        this.goal = goal;
        this.weights = weights;
        this.configWritable = configWritable;
    }

    /** What one root adds. */
    private record Share(long disturbance, int steps) {}

    Cost of(ReleaseSet set) {
        long disturbance = 0;
        int steps = 1;
        for (PciAddress root : set.roots()) {
            Share share = set.growth().isPresent()
                    ? share(root, set)
                    : (set.closing() ? closing : plain).computeIfAbsent(root, r -> share(r, set));
            disturbance += share.disturbance();
            steps += share.steps();
        }
        return new Cost(disturbance, steps, set);
    }

    private Share share(PciAddress root, ReleaseSet whole) {
        ReleaseSet alone = new ReleaseSet(new TreeSet<>(List.of(root)), whole.closing(), false, whole.growth());
        long sum = 0;
        for (PciFunction function : alone.released(goal.start())) {
            sum += goal.worksNow(function.address()) ? weights.of(function) : 0;
        }
        return new Share(sum, alone.actions(goal.start(), configWritable).size() - 1);
    }
}
