package io.barkeeper.plan;

import io.barkeeper.kernel.KernelModel;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A plan back to how a machine was before a transaction: the same devices with the same BAR sizes, bus numbers and
 * drivers, all working, and as many of the earlier addresses as the kernel can be brought to give. The newcomer of that
 * transaction is owed nothing and may lose its BARs.
 *
 * <p>What worked and does not is repaired first, by {@link Planner}. Otherwise the devices that the transaction took out
 * are taken out again, and so is every smaller group of them that moved; each is played with windows left and closed and
 * with a rescan from the root bus, and the one that brings back the most earlier addresses is the plan. No kernel restores
 * an address on demand, so where none brings back more than there are, nothing is done and the differences are named.
 */
public final class Reversal {

    private static final int NAMED = 8;

    private final PlanRequest request;
    private final Prior prior;
    private final Topology now;
    private final KernelModel model;
    private final Goal goal;
    private final List<PlanResult.Rejected> rejected = new ArrayList<>();
    private final List<PciAddress> inTheWay = new ArrayList<>();

    /**
     * The machine before the transaction.
     *
     * @param places where each resource was
     * @param released the functions that the transaction took out
     * @param newcomers the functions that did not work before
     */
    public record Prior(Map<ResourceId, AddressRange> places, Set<PciAddress> released, Set<PciAddress> newcomers) {
        public Prior {
            places = Map.copyOf(places);
            released = Set.copyOf(released);
            newcomers = Set.copyOf(newcomers);
        }
    }

    private Reversal(PlanRequest request, Prior prior, Goal goal) {
        this.request = request;
        this.prior = prior;
        this.now = request.topology();
        this.model = request.model().quiet();
        this.goal = goal;
    }

    /** Answers a request whose goal is the machine of before; its wished functions are not looked at. */
    public static PlanResult plan(PlanRequest request, Prior prior) {
        Goal goal = Goal.of(request.topology(), request.history(), Set.of()).owingNothingTo(prior.newcomers());
        Set<PciAddress> broken = new TreeSet<>(goal.targets());
        broken.removeIf(a ->
                prior.places().keySet().stream().noneMatch(id -> id.address().equals(a)));
        if (!broken.isEmpty()) {
            return Planner.plan(request.repairing(broken, prior.newcomers()));
        }
        return new Reversal(request, prior, goal).answer();
    }

    private PlanResult answer() {
        Map<ResourceId, String> moved = moved(now);
        if (moved.isEmpty()) {
            return new PlanResult.NothingToDo("every device that worked before the transaction is where it was");
        }
        Optional<Plan> best = Optional.empty();
        int fewest = moved.size();
        for (ReleaseSet set : sets(moved.keySet())) {
            Optional<Plan> plan = attempt(set);
            int left = plan.map(p -> moved(p.predicted()).size()).orElse(Integer.MAX_VALUE);
            if (left < fewest) {
                best = plan;
                fewest = left;
            }
        }
        if (best.isPresent()) {
            return new PlanResult.Feasible(best.get());
        }
        if (!inTheWay.isEmpty()) {
            return new PlanResult.Refused(
                    List.of(),
                    inTheWay.stream()
                            .distinct()
                            .map(a -> Obstacles.of(now, request.movability(), a))
                            .toList(),
                    rejected);
        }
        return new PlanResult.NothingToDo(
                "every device that worked before the transaction works, with the same BAR sizes and bus numbers; no"
                        + " release makes this kernel give back more of the earlier addresses: " + some(moved));
    }

    private static String some(Map<ResourceId, String> moved) {
        String text = String.join("; ", moved.values().stream().limit(NAMED).toList());
        return moved.size() > NAMED ? text + "; and " + (moved.size() - NAMED) + " more" : text;
    }

    /** Resources of owed functions that are elsewhere than before, each with a sentence. */
    private Map<ResourceId, String> moved(Topology machine) {
        Map<ResourceId, String> moved = new TreeMap<>();
        prior.places().forEach((id, was) -> {
            Optional<PciFunction> function = machine.find(id.address());
            if (function.isPresent() && !prior.newcomers().contains(id.address())) {
                Optional<Resource> row = function.get().resource(id.index());
                Optional<AddressRange> is = row.flatMap(Resource::range);
                if (!is.equals(Optional.of(was))) {
                    moved.put(
                            id,
                            id.address() + " " + row.map(Resource::name).orElse("row " + id.index()) + " is "
                                    + is.map(r -> "at " + r).orElse("without an address") + ", not at " + was);
                }
            }
        });
        return moved;
    }

    /** What the transaction took out, and the part of it that moved; each in every form. */
    private List<ReleaseSet> sets(Set<ResourceId> moved) {
        Set<PciAddress> there = new TreeSet<>(prior.released());
        there.removeIf(a -> now.find(a).isEmpty());
        Set<PciAddress> part = new TreeSet<>();
        moved.forEach(id -> part.add(id.address()));
        part.retainAll(there);
        List<ReleaseSet> sets = new ArrayList<>();
        for (Set<PciAddress> nodes : List.of(part, there)) {
            if (!nodes.isEmpty()) {
                ReleaseSet plain = ReleaseSet.of(now, nodes);
                for (ReleaseSet set : List.of(plain, plain.rescannedFromTheTop())) {
                    sets.add(set);
                    if (set.hasOpenWindows(now)) {
                        sets.add(set.withClosing());
                    }
                }
            }
        }
        sets.sort(Comparator.comparingInt(s -> s.released(now).size()));
        return sets;
    }

    private Optional<Plan> attempt(ReleaseSet set) {
        List<PciAddress> staying = set.roots().stream()
                .flatMap(r -> Policy.whoPins(now, request.movability(), r).stream())
                .toList();
        if (!staying.isEmpty()) {
            inTheWay.addAll(staying);
            return Optional.empty();
        }
        Trial trial = Trial.of(goal, model, set, request.configWritable());
        if (trial.failure().isPresent()) {
            return reject(set, trial.failure().get());
        }
        WayBack.Proof proof = WayBack.prove(goal, model, trial, request.configWritable());
        return proof.fallback().isPresent()
                ? Optional.of(plan(trial, proof.fallback().get()))
                : reject(set, proof.why());
    }

    private Optional<Plan> reject(ReleaseSet set, String why) {
        rejected.add(new PlanResult.Rejected(set.describe(now), why));
        return Optional.empty();
    }

    private Plan plan(Trial trial, Plan.Fallback fallback) {
        return new Plan(
                PlanDigest.id(now, trial.actions()),
                List.of(),
                Cost.disturbances(goal, new Weights(request), trial.set()),
                List.of(Plans.round(now, trial, fallback)),
                now,
                trial.last(),
                rejected,
                prior.newcomers().stream()
                        .filter(a -> now.find(a).isPresent())
                        .sorted()
                        .map(a -> new Plan.LeftOut(a, "the way back owes it nothing: it may lose its BARs"))
                        .toList());
    }
}
