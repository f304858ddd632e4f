package io.barkeeper.plan;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Prices release sets. Disturbance and steps of a set are the sums over its roots, and one step for the rescan and one where
 * {@code resource_alignment} is written, so each subtree is looked at once, however many sets it is in.
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
    private record Share(long disturbance, int steps, boolean aligns) {}

    /** A set as it is and with windows closed, found again by a rescan and, where it empties a bus, by a resize. */
    List<Cost> ofForms(ReleaseSet set) {
        List<Cost> forms = new ArrayList<>();
        addWithClosing(set, forms);
        if (set.finding() == ReleaseSet.Finding.NEARBY && set.isWholeBus(goal.start())) {
            addWithClosing(set.resizing(), forms);
        }
        return forms;
    }

    private void addWithClosing(ReleaseSet set, List<Cost> forms) {
        Cost plain = of(set);
        Cost closing = of(set.withClosing());
        forms.add(plain);
        if (closing.steps() > plain.steps()) {
            forms.add(closing);
        }
    }

    Cost of(ReleaseSet set) {
        long disturbance = Cost.ofResizing(set);
        int steps = 1;
        boolean aligns = false;
        for (PciAddress root : set.roots()) {
            Share share = set.growth().isPresent()
                    ? share(root, set)
                    : (set.closing() ? closing : plain).computeIfAbsent(root, r -> share(r, set));
            disturbance += share.disturbance();
            steps += share.steps();
            aligns |= share.aligns();
        }
        return new Cost(disturbance, steps + (aligns ? 1 : 0), set);
    }

    private Share share(PciAddress root, ReleaseSet whole) {
        ReleaseSet alone = new ReleaseSet(List.of(root), whole.closing(), ReleaseSet.Finding.NEARBY, whole.growth());
        long sum = 0;
        for (PciFunction function : alone.released(goal.start())) {
            sum += goal.worksNow(function.address()) ? weights.of(function) : 0;
        }
        List<Action> actions = alone.actions(goal.start(), configWritable);
        boolean aligns = actions.stream().anyMatch(Action.Align.class::isInstance);
        return new Share(sum, actions.size() - (aligns ? 2 : 1), aligns);
    }
}
