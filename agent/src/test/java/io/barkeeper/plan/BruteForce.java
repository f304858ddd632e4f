package io.barkeeper.plan;

import io.barkeeper.kernel.KernelModel;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    Optional<Cost> below(Price limit) {
        for (Cost cost : costs()) {
            if (cost.price().compareTo(limit) >= 0) {
                return Optional.empty();
            }
            if (does(cost.set())) {
                return Optional.of(cost);
            }
        }
        return Optional.empty();
    }

    /** The first two proven sets, one after the other, that together cost less than this, in words. */
    Optional<String> twoBelow(Price limit) {
        Goal between = goal.harmless();
        Set<Topology> known = new HashSet<>(Set.of(goal.start()));
        for (Cost first : costs()) {
            if (first.price().compareTo(limit) >= 0) {
                return Optional.empty();
            }
            played++;
            Trial trial = Trial.of(between, model, first.set(), request.configWritable());
            boolean useful = trial.failure().isEmpty() && known.add(trial.last());
            Goal then = goal.from(trial.last());
            if (useful && !then.targets().isEmpty()) {
                BruteForce rest = new BruteForce(Sequences.after(request, then, trial), then);
                Optional<Cost> second = rest.below(limit.minus(first.price()));
                played += rest.played;
                boolean proven = second.isPresent()
                        && WayBack.prove(goal, model, trial, request.configWritable())
                                .fallback()
                                .isPresent();
                if (proven) {
                    return second.map(c -> first.price().plus(c.price()) + ": "
                            + first.set().describe(goal.start()) + ", then "
                            + c.set().describe(goal.start()));
                }
            }
        }
        return Optional.empty();
    }

    /** Every set in every form, cheapest first. */
    private List<Cost> costs() {
        List<Cost> costs = new ArrayList<>();
        List<ReleaseSet> sets = new ArrayList<>(all(goal.start(), request));
        for (ReleaseSet set : all(goal.start(), request)) {
            sets.add(set.rescannedFromTheTop());
            if (set.isWholeBus(goal.start())) {
                sets.add(set.resizing());
            }
        }
        for (ReleaseSet set : sets) {
            costs.add(cost(set));
            if (set.hasOpenWindows(goal.start())) {
                costs.add(cost(set.withClosing()));
            }
        }
        costs.sort(null);
        return costs;
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
