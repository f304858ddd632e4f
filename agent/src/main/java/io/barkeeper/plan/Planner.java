package io.barkeeper.plan;

import io.barkeeper.diagnosis.Diagnosis;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.PlanResult.Obstacle;
import io.barkeeper.plan.PlanResult.Rejected;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the cheapest proven way to make everything work, or says why there is none.
 *
 * <p>First it asks whether any layout can exist at all; if not, a certificate says what is too small. Then it takes the
 * release sets that {@link ReleaseSets} proposes, cheapest first. A set is passed over when it holds a function that may
 * not move, when it cannot free enough in one piece, when its rescan would reach a released resource of somebody else,
 * or when the kernel model is not certain. What remains is played on the model; the first set after which everything
 * works, and from whose every intermediate state a way back is proven, is the plan. Everything that was at least as
 * cheap and did not do is kept with its reason.
 *
 * <p>If no set does, those that were passed over for a busy device are played as if it were free: the cheapest that
 * would then work names what has to be lifted.
 */
public final class Planner {

    private static final int MOST_REJECTED = 24;
    private static final int MOST_WISHES = 40;

    private final PlanRequest request;
    private final KernelModel model;
    private final Goal goal;
    private final Room room;
    private final List<Rejected> rejected = new ArrayList<>();
    private final List<Cost> blocked = new ArrayList<>();
    /** Sets that do not do, whether their windows are closed or not. */
    private final Set<SortedSet<PciAddress>> hopeless = new HashSet<>();

    private Planner(PlanRequest request) {
        this.request = request;
        this.model = request.model().quiet();
        this.goal = Goal.of(request.topology(), request.history(), request.wished());
        this.room = new Room(goal);
    }

    /** Answers a request. The same request gets the same answer. */
    public static PlanResult plan(PlanRequest request) {
        for (PciAddress wished : new TreeSet<>(request.wished())) {
            if (request.topology().find(wished).isEmpty()) {
                return new PlanResult.Refused(
                        List.of(wished),
                        List.of(new Obstacle(
                                wished, "no function is at " + wished, "barkeeper list shows what is there")),
                        List.of());
            }
        }
        return new Planner(request).answer();
    }

    private PlanResult answer() {
        List<PciAddress> targets = List.copyOf(goal.targets());
        if (targets.isEmpty()) {
            return withoutTargets();
        }
        List<Obstacle> unknown = unknownSizes();
        if (!unknown.isEmpty()) {
            return new PlanResult.Refused(targets, unknown, List.of());
        }
        Optional<Certificate> certificate = Certificates.find(goal, request.movability());
        if (certificate.isPresent()) {
            return new PlanResult.Infeasible(targets, certificate.get(), List.of());
        }
        List<Cost> candidates = candidates();
        for (Cost candidate : candidates) {
            Optional<Plan> plan = attempt(candidate);
            if (plan.isPresent()) {
                return new PlanResult.Feasible(plan.get());
            }
        }
        return new PlanResult.Refused(targets, obstacles(), rejected);
    }

    private PlanResult withoutTargets() {
        List<Obstacle> harms = new ArrayList<>();
        if (request.wished().isEmpty()) {
            for (Trouble trouble : Diagnosis.examine(goal.start(), request.history())) {
                if (trouble.isHarm()) {
                    harms.add(new Obstacle(
                            trouble.address(),
                            trouble.address() + ": " + trouble.why(),
                            "no release and rescan repairs this kind of trouble; see barkeeper explain "
                                    + trouble.address()));
                }
            }
        }
        return harms.isEmpty()
                ? new PlanResult.NothingToDo("every required resource is placed, in sysfs and in registers")
                : new PlanResult.Refused(harms.stream().map(Obstacle::address).toList(), harms, List.of());
    }

    private List<Obstacle> unknownSizes() {
        Requirement requirement = goal.history().requirement();
        List<Obstacle> unknown = new ArrayList<>();
        for (PciAddress target : goal.targets()) {
            PciFunction function = goal.start().get(target);
            for (Resource resource : function.resources()) {
                if (requirement.isRequired(function, resource)
                        && !resource.isAssigned()
                        && resource.size().isEmpty()) {
                    unknown.add(
                            new Obstacle(
                                    target,
                                    "how much " + target + " " + resource.name()
                                            + " needs is unknown: the kernel has wiped it",
                                    "read the kernel log as root, or let the daemon run in confirm mode, which may ask the BAR"));
                }
            }
        }
        return unknown;
    }

    private List<Cost> candidates() {
        List<Cost> candidates = new ArrayList<>();
        Topology start = goal.start();
        for (ReleaseSet set : ReleaseSets.of(goal, request.movability())) {
            candidates.add(cost(set));
            if (request.configWritable() && set.hasOpenWindows(start)) {
                candidates.add(cost(set.withClosing()));
            }
        }
        candidates.sort(null);
        return candidates;
    }

    private Cost cost(ReleaseSet set) {
        return Cost.of(
                goal, set, set.actions(goal.start(), request.configWritable()).size());
    }

    private Optional<Plan> attempt(Cost candidate) {
        ReleaseSet set = candidate.set();
        if (set.closing() && hopeless.contains(set.roots())) {
            return Optional.empty();
        }
        List<PciAddress> staying = staying(set);
        if (!staying.isEmpty()) {
            blocked.add(candidate);
            hopeless.add(set.roots());
            return reject(
                    set,
                    Obstacles.of(goal.start(), request.movability(), staying.get(0))
                            .why());
        }
        Optional<String> lacking = room.lackingFor(goal, set);
        if (lacking.isPresent()) {
            hopeless.add(set.roots());
            return reject(set, lacking.get());
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

    private List<PciAddress> staying(ReleaseSet set) {
        return set.roots().stream()
                .flatMap(r -> Policy.whoPins(goal.start(), request.movability(), r).stream())
                .toList();
    }

    private Optional<Plan> reject(ReleaseSet set, String why) {
        if (rejected.size() < MOST_REJECTED) {
            rejected.add(new Rejected(set.describe(goal.start()), why));
        }
        return Optional.empty();
    }

    private Plan plan(Trial trial, Plan.Fallback fallback) {
        Topology start = goal.start();
        List<Action> actions = trial.actions();
        List<PciAddress> released =
                trial.set().released(start).stream().map(PciFunction::address).toList();
        return new Plan(
                PlanDigest.id(start, actions),
                List.copyOf(goal.targets()),
                Cost.disturbances(goal, trial.set()),
                List.of(new Plan.Round(released, actions, trial.last())),
                start,
                trial.last(),
                fallback,
                rejected);
    }

    private List<Obstacle> obstacles() {
        int tried = 0;
        for (Cost candidate : blocked) {
            ReleaseSet set = candidate.set();
            if (tried < MOST_WISHES && room.lackingFor(goal, set).isEmpty()) {
                tried++;
                if (wouldDo(set) || (request.configWritable() && wouldDo(set.withClosing()))) {
                    return staying(set).stream()
                            .distinct()
                            .map(a -> Obstacles.of(goal.start(), request.movability(), a))
                            .toList();
                }
            }
        }
        PciAddress first = goal.targets().iterator().next();
        return List.of(new Obstacle(
                first,
                "a layout may exist, but none of the releases that were tried makes this kernel find it",
                "barkeeper explain " + first + " shows what surrounds it; another slot may do"));
    }

    private boolean wouldDo(ReleaseSet set) {
        return Trial.of(goal, model, set, request.configWritable()).failure().isEmpty();
    }
}
