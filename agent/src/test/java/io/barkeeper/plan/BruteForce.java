package io.barkeeper.plan;

import io.barkeeper.kernel.KernelModel;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Tries every release set there is, windows closed or not: no insight into which of them could do, and no mistake. */
final class BruteForce {

    private final PlanRequest request;
    private final Goal goal;
    private final KernelModel model;
    private final Weights weights;
    private int played;

    BruteForce(PlanRequest request, Goal goal) {
        this.request = request;
        this.goal = goal;
        this.model = request.model().quiet();
        this.weights = new Weights(request);
    }

    /** How many were played. */
    int played() {
        return played;
    }

    /** The first proven set that costs less than this; empty when there is none. */
    Optional<Cost> below(long disturbance, int steps) {
        List<Cost> costs = new ArrayList<>();
        List<ReleaseSet> sets = new ArrayList<>(all(goal.start(), request));
        all(goal.start(), request).forEach(s -> sets.add(s.rescannedFromTheTop()));
        for (ReleaseSet set : sets) {
            costs.add(cost(set));
            if (request.configWritable() && set.hasOpenWindows(goal.start())) {
                costs.add(cost(set.withClosing()));
            }
        }
        costs.sort(null);
        for (Cost cost : costs) {
            boolean less =
                    cost.disturbance() < disturbance || (cost.disturbance() == disturbance && cost.steps() < steps);
            if (!less) {
                return Optional.empty();
            }
            if (does(cost.set())) {
                return Optional.of(cost);
            }
        }
        return Optional.empty();
    }

    private Cost cost(ReleaseSet set) {
        long disturbance = Cost.disturbances(goal, weights, set).stream()
                .mapToLong(Plan.Disturbance::cost)
                .sum();
        return new Cost(
                disturbance, set.actions(goal.start(), request.configWritable()).size(), set);
    }

    private boolean does(ReleaseSet set) {
        played++;
        Trial trial = Trial.of(goal, model, set, request.configWritable());
        return trial.failure().isEmpty()
                && WayBack.prove(goal, model, trial, request.configWritable())
                        .fallback()
                        .isPresent();
    }

    /** Every set of functions that may leave, none below another. */
    static List<ReleaseSet> all(Topology topology, PlanRequest request) {
        List<PciAddress> nodes = topology.functions().stream()
                .filter(f -> !f.isVirtualFunction())
                .map(PciFunction::address)
                .filter(a -> Policy.whoPins(topology, request.movability(), a).isEmpty())
                .toList();
        List<ReleaseSet> sets = new ArrayList<>();
        extend(topology, nodes, 0, List.of(), sets);
        return sets;
    }

    private static void extend(
            Topology topology, List<PciAddress> nodes, int next, List<PciAddress> chosen, List<ReleaseSet> into) {
        for (int i = next; i < nodes.size(); i++) {
            PciAddress node = nodes.get(i);
            boolean apart =
                    chosen.stream().noneMatch(c -> topology.isAtOrBelow(node, c) || topology.isAtOrBelow(c, node));
            if (apart) {
                List<PciAddress> longer = new ArrayList<>(chosen);
                longer.add(node);
                into.add(new ReleaseSet(new TreeSet<>(longer), false));
                extend(topology, nodes, i + 1, longer, into);
            }
        }
    }
}
