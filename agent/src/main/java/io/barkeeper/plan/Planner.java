package io.barkeeper.plan;

import io.barkeeper.diagnosis.BusShortage;
import io.barkeeper.diagnosis.Diagnosis;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.kernel.Doubt;
import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.plan.PlanResult.Obstacle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the cheapest proven way to make everything work, or says why there is none.
 *
 * <p>First it asks whether any layout can exist at all; if not, a certificate says what is too small. Then it searches
 * for a plan ({@link Search}). If there is none for everybody in trouble at once, they are taken one by one, the most
 * important first ({@link Newcomers}): each is kept when a plan exists for it together with those kept so far. That is
 * the best subset by priority, for whatever reaches the goal with one more device reaches it without. Who was left out
 * is said with the reason.
 */
public final class Planner {

    private static final int MOST_DEVICES = 32;

    private final PlanRequest request;
    private final Goal goal;
    private final FirstRounds firsts;

    private Planner(PlanRequest request) {
        this.request = request;
        this.goal =
                Goal.of(request.topology(), request.history(), request.wished()).owingNothingTo(request.expendable());
        this.firsts = new FirstRounds(request, goal);
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
        Planner planner = new Planner(request.with(new RememberedModel(request.model())));
        return request.reserves().isEmpty() ? planner.answer() : planner.room();
    }

    /** Room for devices that are still to come. */
    private PlanResult room() {
        Optional<Obstacle> unfit = request.reserves().stream()
                .flatMap(r -> unfit(r.port()).stream())
                .findFirst();
        if (unfit.isPresent()) {
            return new PlanResult.Refused(List.of(unfit.get().address()), List.of(unfit.get()), List.of());
        }
        List<Reserve> lacking = request.reserves().stream()
                .filter(r -> r.missingIn(goal, request.model(), goal.start()).isPresent())
                .toList();
        if (lacking.isEmpty()) {
            return new PlanResult.NothingToDo("such a device would find room as the machine is, and harm nobody");
        }
        PlanResult result = answer(
                goal.reserving(request.reserves()), Effort.whole(goal.start()), Effort.ofSequences(goal.start()));
        if (result instanceof PlanResult.Refused refused && !refused.rejected().isEmpty()) {
            return withBootOption(refused, lacking.get(0));
        }
        return result;
    }

    private Optional<Obstacle> unfit(PciAddress port) {
        boolean empty = goal.start()
                        .find(port)
                        .flatMap(PciFunction::bridge)
                        .filter(b -> b.hotplug())
                        .isPresent()
                && goal.start().childrenOf(port).isEmpty();
        return empty
                ? Optional.empty()
                : Optional.of(new Obstacle(
                        port, port + " is no empty hot-plug port", "barkeeper map shows which ports are empty"));
    }

    /** Windows that nothing needs yet are what the boot options for hot-plug reserves are for. */
    private static PlanResult withBootOption(PlanResult.Refused refused, Reserve reserve) {
        List<Obstacle> obstacles = new ArrayList<>(refused.obstacles());
        obstacles.add(new Obstacle(
                reserve.port(),
                "the kernel gives an empty port no more than its hot-plug reserve",
                "boot with pci=hpmmioprefsize=" + Sizes.format(Math.max(1 << 21, reserve.largest()))));
        return new PlanResult.Refused(refused.newcomers(), obstacles, refused.rejected());
    }

    private PlanResult answer() {
        if (goal.targets().isEmpty()) {
            return withoutTargets();
        }
        PlanResult forAll = answer(goal, Effort.whole(goal.start()), Effort.ofSequences(goal.start()));
        if (forAll instanceof PlanResult.Feasible) {
            return forAll;
        }
        return best().map(p -> (PlanResult) new PlanResult.Feasible(p)).orElse(forAll);
    }

    /** The answer for everybody that this goal is for. */
    private PlanResult answer(Goal one, Effort effort, Effort sequences) {
        List<PciAddress> targets = List.copyOf(one.targets());
        List<Obstacle> unknown = unknownSizes(one);
        if (!unknown.isEmpty()) {
            return new PlanResult.Refused(targets, unknown, List.of());
        }
        Optional<Certificate> certificate = Certificates.find(one, request.movability());
        if (certificate.isPresent()) {
            return new PlanResult.Infeasible(targets, certificate.get(), List.of());
        }
        Search search = new Search(request, one, effort);
        Optional<Plan> plan = search.plan();
        if (plan.isEmpty()) {
            plan = new Sequences(request, one, firsts, sequences).plan();
        }
        Optional<Search.Unproven> unproven = search.unproven();
        if (plan.isEmpty() && request.acceptedRisks().contains(PlanRequest.NO_FALLBACK)) {
            plan = unproven.map(Search.Unproven::plan);
        }
        if (plan.isPresent()) {
            return new PlanResult.Feasible(plan.get());
        }
        List<Obstacle> obstacles = new ArrayList<>(withoutBus(one));
        obstacles.addAll(search.obstacles());
        unproven.ifPresent(u -> {
            search.curable().ifPresent(d -> obstacles.add(uncertain(targets.get(0), d)));
            obstacles.add(withoutWayBack(one, u));
        });
        if (obstacles.isEmpty()) {
            return notFound(one, search);
        }
        return new PlanResult.Refused(targets, obstacles, search.rejected());
    }

    /** A layout of BARs does not help who has no bus. */
    private static List<Obstacle> withoutBus(Goal one) {
        List<Obstacle> obstacles = new ArrayList<>();
        for (PciAddress target : one.targets()) {
            BusShortage.of(one.start(), one.start().get(target))
                    .ifPresent(
                            s -> obstacles.add(new Obstacle(target, "it has no bus number: " + s.why(), s.remedy())));
        }
        return obstacles;
    }

    private static Obstacle uncertain(PciAddress target, Doubt doubt) {
        return new Obstacle(
                target,
                "what a release that was tried does is uncertain: " + doubt.why(),
                doubt.remedy().orElse(""));
    }

    private static Obstacle withoutWayBack(Goal one, Search.Unproven unproven) {
        return new Obstacle(
                one.targets().iterator().next(),
                "a plan exists whose way back is not proven: " + unproven.why(),
                "barkeeper plan --accept-risk " + PlanRequest.NO_FALLBACK + " shows it");
    }

    /** Nobody stands in the way, and no release does it: then it is worth knowing whether a layout exists at all. */
    private PlanResult notFound(Goal one, Search search) {
        List<PciAddress> targets = List.copyOf(one.targets());
        PciAddress first = targets.get(0);
        Optional<Doubt> curable = search.curable();
        if (curable.isPresent()) {
            return new PlanResult.Refused(targets, List.of(uncertain(first, curable.get())), search.rejected());
        }
        Optional<Layout> layout = one.reserves().isEmpty() ? Packer.find(one, request.movability()) : Optional.empty();
        String why = layout.map(l -> "a layout exists that this kernel's rescan does not find, whatever was released: "
                        + l.describe())
                .orElse("none of the releases that were tried makes this kernel find a layout; whether one exists is"
                        + " not known");
        Obstacle obstacle = new Obstacle(
                first, why, "barkeeper explain " + first + " shows what surrounds it; another slot may do");
        return new PlanResult.Refused(
                targets,
                List.of(obstacle),
                search.rejected(),
                layout.map(Layout::places).orElse(List.of()));
    }

    /**
     * The plan for the most important devices that can have room together; empty when there is not even one. A device whose
     * functions cannot all have room is tried function by function, after all whole devices.
     */
    private Optional<Plan> best() {
        List<Newcomers.Device> devices = Newcomers.inOrder(goal, request.preferences());
        if (goal.targets().size() < 2 || devices.size() > MOST_DEVICES) {
            return Optional.empty();
        }
        Set<PciAddress> out = new LinkedHashSet<>(goal.targets());
        List<Newcomers.Device> kept = new ArrayList<>();
        List<Plan.LeftOut> leftOut = new ArrayList<>();
        Optional<Plan> best = Optional.empty();
        Effort effort = Effort.quarters(goal.start());
        Effort sequences = Effort.ofSequences(goal.start());
        Deque<Newcomers.Device> queue = new ArrayDeque<>(devices);
        while (!queue.isEmpty()) {
            Newcomers.Device device = queue.remove();
            Set<PciAddress> without = new HashSet<>(out);
            without.removeAll(device.functions());
            PlanResult result = answer(goal.without(without), effort, sequences);
            if (result instanceof PlanResult.Feasible feasible) {
                out.removeAll(device.functions());
                kept.add(device);
                best = Optional.of(feasible.plan());
            } else if (device.functions().size() > 1) {
                queue.addAll(device.parts());
            } else {
                leftOut.addAll(reasons(device, kept, result));
            }
        }
        return best.map(p -> p.leavingOut(leftOut));
    }

    private List<Plan.LeftOut> reasons(Newcomers.Device device, List<Newcomers.Device> kept, PlanResult result) {
        String why = why(result);
        if (!kept.isEmpty()) {
            Newcomers.Device before = kept.get(kept.size() - 1);
            why = "there is no way to place it as well as " + before + ", "
                    + Newcomers.precedence(goal, request.preferences(), before, device) + ": " + why;
        }
        String reason = why;
        return device.functions().stream().map(a -> new Plan.LeftOut(a, reason)).toList();
    }

    private static String why(PlanResult result) {
        if (result instanceof PlanResult.Infeasible infeasible) {
            Certificate certificate = infeasible.certificate();
            return "the " + certificate.container().replaceFirst("^the ", "") + " is "
                    + Sizes.human(certificate.missing()) + " too small";
        }
        return result instanceof PlanResult.Refused refused
                ? refused.obstacles().get(0).why() + "; what would help: "
                        + refused.obstacles().get(0).remedy()
                : "no release that was tried does it";
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
        if (!harms.isEmpty()) {
            return new PlanResult.Refused(harms.stream().map(Obstacle::address).toList(), harms, List.of());
        }
        Optional<Plan> ports = request.wished().isEmpty() ? PortRepair.plan(request, goal) : Optional.empty();
        return ports.<PlanResult>map(PlanResult.Feasible::new)
                .orElseGet(() ->
                        new PlanResult.NothingToDo("every required resource is placed, in sysfs and in registers"));
    }

    private static List<Obstacle> unknownSizes(Goal one) {
        Requirement requirement = one.history().requirement();
        List<Obstacle> unknown = new ArrayList<>();
        for (PciAddress target : one.targets()) {
            PciFunction function = one.start().get(target);
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
}
