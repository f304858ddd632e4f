package io.barkeeper.plan;

import io.barkeeper.kernel.KernelModel;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Searches two rounds where one does not do.
 *
 * <p>The kernel places what a rescan finds largest first, each in the lowest gap. So a neighbour that leaves together with
 * the newcomer is placed after it, and may find no room any more; when it moves first, in a round of its own, it goes into a
 * gap that is too small for the newcomer, and what it left is free for the second round. A first round is any release after
 * which everybody who works still works, and where the plan may stop for good. Devices that it took out are busy from then
 * on: drivers, udev and LVM claim a disk the moment it is back. So neither the second round nor its way back may need them.
 *
 * <p>First rounds are taken from cheap to dear; of those that lead to the same machine the cheapest counts. On a small
 * machine they are all releases that there are, on a large one single subtrees, single buses, and what the search for one
 * round proposed.
 */
final class Sequences {

    private static final int FEW_FUNCTIONS = 12;
    private static final int MOST_SETS = 2000;

    private final PlanRequest request;
    private final KernelModel model;
    private final Goal goal;
    private final FirstRounds firsts;
    private final Effort effort;
    private final Costs costs;
    private final Set<Topology> known = new HashSet<>();

    Sequences(PlanRequest request, Goal goal, FirstRounds firsts, Effort effort) {
        this.request = request;
        this.model = request.model().quiet();
        this.goal = goal;
        this.firsts = firsts;
        this.effort = effort;
        this.costs = new Costs(goal, new Weights(request), request.configWritable());
        known.add(goal.start());
    }

    /** The cheapest plan of two rounds that was found; empty when there is none, or when the effort is spent. */
    Optional<Plan> plan() {
        Optional<Plan> best = Optional.empty();
        Price limit = Price.MOST;
        for (Cost first : candidates()) {
            if (effort.isSpent() || first.price().compareTo(limit) >= 0) {
                return best;
            }
            Optional<Plan> plan = with(first, limit);
            if (plan.isPresent()) {
                best = plan;
                limit = Price.of(plan.get());
            }
        }
        return best;
    }

    private Optional<Plan> with(Cost first, Price limit) {
        effort.played();
        Optional<FirstRounds.First> played = firsts.play(first.set());
        if (played.isEmpty() || !known.add(played.get().trial().last())) {
            return Optional.empty();
        }
        Trial trial = played.get().trial();
        Goal rest = goal.where(played.get().after());
        if (rest.targets().isEmpty()) {
            return Optional.empty();
        }
        PlanRequest second = after(request, rest, trial);
        Map<PciAddress, Boolean> leaving = new HashMap<>();
        boolean mayDo = new Room(rest)
                .mayEverSuffice(a -> leaving.computeIfAbsent(
                        a,
                        b -> Policy.whoPins(trial.last(), second.movability(), b)
                                .isEmpty()));
        if (!mayDo) {
            return Optional.empty();
        }
        Search search = new Search(second, rest, effort);
        return search.below(limit.minus(first.price())).flatMap(p -> joined(trial, p));
    }

    /**
     * The question of the second round: who was taken out in the first, and works, is in use.
     *
     * @param there the goal on the machine that the first round leaves
     */
    static PlanRequest after(PlanRequest request, Goal there, Trial trial) {
        Map<PciAddress, Movability> movability = new HashMap<>(request.movability());
        for (PciFunction function : trial.set().released(request.topology())) {
            if (!function.isBridge() && there.worksNow(function.address())) {
                movability.put(
                        function.address(),
                        new Movability.Busy(
                                List.of(), "the round before took it out, and its users claim it once it is back"));
            }
        }
        return request.on(there.start(), movability);
    }

    private Optional<Plan> joined(Trial first, Plan second) {
        WayBack.Proof proof = WayBack.prove(goal, model, first, request.configWritable());
        if (proof.fallback().isEmpty()) {
            effort.notProven(proof.plays());
        }
        return proof.fallback().map(f -> Plans.joined(goal, new Weights(request), first, f, second));
    }

    private List<Cost> candidates() {
        List<Cost> candidates = new ArrayList<>();
        for (Collection<PciAddress> roots : sets()) {
            ReleaseSet set = new ReleaseSet(roots, false);
            candidates.addAll(costs.ofForms(set));
            candidates.addAll(costs.ofForms(set.rescannedFromTheTop()));
        }
        candidates.sort(null);
        return candidates;
    }

    private Set<? extends Collection<PciAddress>> sets() {
        Topology start = goal.start();
        List<PciAddress> nodes = start.functions().stream()
                .filter(f -> !f.isVirtualFunction())
                .map(PciFunction::address)
                .filter(a -> Policy.whoPins(start, request.movability(), a).isEmpty())
                .toList();
        if (start.functions().size() <= FEW_FUNCTIONS) {
            return AddressLine.antichains(start, nodes, MOST_SETS);
        }
        Set<List<PciAddress>> sets = new HashSet<>();
        Map<Optional<PciAddress>, Set<PciAddress>> buses = new HashMap<>();
        for (PciAddress node : nodes) {
            sets.add(List.of(node));
            buses.computeIfAbsent(start.get(node).parent(), b -> new TreeSet<>())
                    .add(node);
        }
        buses.values().forEach(bus -> sets.add(List.copyOf(bus)));
        Set<PciAddress> leaving = new HashSet<>(nodes);
        for (ReleaseSet proposed : ReleaseSets.of(goal, request.movability()).all()) {
            if (sets.size() < MOST_SETS && leaving.containsAll(proposed.roots())) {
                sets.add(proposed.roots());
            }
        }
        return sets;
    }
}
