package io.barkeeper.plan;

import io.barkeeper.kernel.Doubt;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.plan.PlanResult.Obstacle;
import io.barkeeper.plan.PlanResult.Rejected;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Searches one round that reaches one goal.
 *
 * <p>It takes the release sets that {@link ReleaseSets} proposes, cheapest first. A set is passed over when it holds a
 * function that may not move, when it cannot free enough in one piece, when its rescan would reach a released resource
 * of somebody else, or when the kernel model is not certain. What remains is played on the model; the first set after
 * which everything works, and from whose every intermediate state a way back is proven, is the plan. Everything that was
 * at least as cheap and did not do is kept with its reason.
 *
 * <p>On a large machine only so many sets are played, from cheap to dear; beyond that, the levels above
 * the targets and a few of the widest of each kind.
 */
final class Search {

    private static final int MOST_REJECTED = 24;

    private final PlanRequest request;
    private final KernelModel model;
    private final Goal goal;
    private final Weights weights;
    private final Room room;
    private final ReleaseSets sets;
    private final List<Rejected> rejected = new ArrayList<>();
    private final Effort effort;
    private final int wishes;
    private int trials;
    private int landmarks;
    private int untried;
    private final List<Cost> blocked = new ArrayList<>();
    private Optional<Doubt> curable = Optional.empty();
    private Optional<Unproven> unproven = Optional.empty();
    /** Who may not move at or below a function. */
    private final Map<PciAddress, List<PciAddress>> pinning = new HashMap<>();
    /** What is freed by sets that do not do, whether their windows are closed or not. */
    private final Set<List<PciAddress>> hopeless = new HashSet<>();

    /**
     * A plan that would do, and whose way back is not proven.
     *
     * @param why what is not proven, one sentence
     */
    record Unproven(Plan plan, String why) {}

    Search(PlanRequest request, Goal goal, Effort effort) {
        this.request = request;
        this.model = request.model().quiet();
        this.goal = goal;
        this.weights = new Weights(request);
        this.room = new Room(goal);
        this.sets = ReleaseSets.of(goal, request.movability());
        this.effort = effort;
        this.trials = effort.trials();
        this.landmarks = effort.leastTrials();
        this.wishes = effort.wishes();
    }

    /** The cheapest plan; empty when none of the sets does. */
    Optional<Plan> plan() {
        return below(Price.MOST);
    }

    /** The cheapest plan that costs less than this. */
    Optional<Plan> below(Price limit) {
        for (Cost candidate : candidates()) {
            if (candidate.price().compareTo(limit) >= 0) {
                return Optional.empty();
            }
            Optional<Plan> plan = attempt(candidate);
            if (plan.isPresent()) {
                return plan;
            }
        }
        if (untried > 0) {
            rejected.add(new Rejected(untried + " further release sets", "there are too many to try them all"));
        }
        return Optional.empty();
    }

    /** The ways that were not taken, cheapest first. */
    List<Rejected> rejected() {
        return rejected;
    }

    /** A doubt that kept a way from being taken, and that an operator can do something about. */
    Optional<Doubt> curable() {
        return curable;
    }

    /** The cheapest plan without a proven way back, of those that were met on the way. */
    Optional<Unproven> unproven() {
        return unproven;
    }

    private List<Cost> candidates() {
        List<Cost> candidates = new ArrayList<>();
        Costs costs = new Costs(goal, weights, request.configWritable());
        for (ReleaseSet set : sets.all()) {
            add(set, costs, candidates);
            if (sets.reachFurtherUp(set)) {
                add(set.rescannedFromTheTop(), costs, candidates);
            }
        }
        candidates.sort(null);
        return candidates;
    }

    private void add(ReleaseSet set, Costs costs, List<Cost> candidates) {
        candidates.addAll(costs.ofForms(set));
        if (request.configWritable()) {
            goal.reserves().forEach(r -> candidates.add(costs.of(set.growing(Growth.forDevice(r)))));
        }
    }

    private Optional<Plan> attempt(Cost candidate) {
        ReleaseSet set = candidate.set();
        List<PciAddress> freed = set.freed(goal.start());
        if (hopeless.contains(freed)) {
            return Optional.empty();
        }
        List<PciAddress> staying = staying(set);
        if (!staying.isEmpty()) {
            blocked.add(candidate);
            hopeless.add(freed);
            return reject(
                    set,
                    () -> Obstacles.of(goal.start(), request.movability(), staying.get(0))
                            .why());
        }
        if (trials <= 0 && !(sets.isLandmark(set) && landmarks > 0)) {
            untried++;
            return Optional.empty();
        }
        Optional<Supplier<String>> lacking = room.lackingFor(set);
        if (lacking.isPresent()) {
            hopeless.add(freed);
            return reject(set, lacking.get());
        }
        if (trials > 0) {
            trials--;
        } else {
            landmarks--;
        }
        effort.played();
        Trial trial = Trial.of(goal, model, set, request.configWritable());
        if (trial.failure().isPresent()) {
            curable = curable.or(() ->
                    trial.doubts().stream().filter(d -> d.remedy().isPresent()).findFirst());
            return reject(set, trial.failure()::get);
        }
        if (!effort.mayProve()) {
            return reject(set, () -> "too many ways back were tried already to prove one for this release");
        }
        WayBack.Proof proof = WayBack.prove(goal, model, trial, request.configWritable());
        if (proof.fallback().isPresent()) {
            return Optional.of(plan(trial, proof));
        }
        effort.notProven(proof.plays());
        unproven = unproven.or(() -> Optional.of(new Unproven(plan(trial, proof), proof.why())));
        return reject(set, proof::why);
    }

    private Plan plan(Trial trial, WayBack.Proof proof) {
        return Plans.single(goal, weights, trial, proof.attempt(), rejected);
    }

    private List<PciAddress> staying(ReleaseSet set) {
        List<PciAddress> staying = new ArrayList<>();
        for (PciAddress root : set.freed(goal.start())) {
            staying.addAll(pinning.computeIfAbsent(root, r -> Policy.whoPins(goal.start(), request.movability(), r)));
        }
        return staying;
    }

    private Optional<Plan> reject(ReleaseSet set, Supplier<String> why) {
        if (rejected.size() < MOST_REJECTED) {
            rejected.add(new Rejected(set.describe(goal.start()), why.get()));
        }
        return Optional.empty();
    }

    /**
     * Who has to be lifted: the sets that were passed over for a busy device are played as if it were free, and the
     * cheapest that would then work names them. Empty when none would.
     */
    List<Obstacle> obstacles() {
        int tried = 0;
        for (Cost candidate : blocked) {
            ReleaseSet set = candidate.set();
            if (tried < wishes && room.lackingFor(set).isEmpty()) {
                tried++;
                if (wouldDo(set) || wouldDo(set.withClosing())) {
                    return staying(set).stream()
                            .distinct()
                            .map(a -> Obstacles.of(goal.start(), request.movability(), a))
                            .toList();
                }
            }
        }
        return List.of();
    }

    private boolean wouldDo(ReleaseSet set) {
        return Trial.of(goal, model, set, request.configWritable()).failure().isEmpty();
    }
}
