package io.barkeeper.plan;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.PlanResult.Rejected;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts plans together from what was played. */
final class Plans {

    private Plans() {}

    /** A plan of one round. */
    static Plan single(Goal goal, Weights weights, Trial trial, Plan.Fallback fallback, List<Rejected> rejected) {
        Topology start = goal.start();
        return new Plan(
                PlanDigest.id(start, trial.actions()),
                newcomers(goal),
                Cost.disturbances(goal, weights, trial.set()),
                List.of(round(start, trial, fallback)),
                start,
                trial.last(),
                rejected,
                List.of());
    }

    /** A round, and then a plan that was made for the machine after it. */
    static Plan joined(Goal goal, Weights weights, Trial first, Plan.Fallback fallback, Plan second) {
        Topology start = goal.start();
        List<Plan.Round> rounds = new ArrayList<>();
        rounds.add(round(start, first, fallback));
        rounds.addAll(second.rounds());
        List<Action> actions =
                rounds.stream().flatMap(r -> r.actions().stream()).toList();
        Map<PciAddress, Plan.Disturbance> disturbs = new LinkedHashMap<>();
        List<Plan.Disturbance> each = new ArrayList<>(Cost.disturbances(goal, weights, first.set()));
        each.addAll(second.disturbs());
        each.forEach(d -> disturbs.merge(
                d.address(), d, (a, b) -> new Plan.Disturbance(a.address(), a.driver(), a.cost() + b.cost())));
        return new Plan(
                PlanDigest.id(start, actions),
                newcomers(goal),
                List.copyOf(disturbs.values()),
                rounds,
                start,
                second.predicted(),
                second.rejected(),
                List.of());
    }

    /** The targets but for those that work as it is: for them room is made, or windows are opened. */
    private static List<PciAddress> newcomers(Goal goal) {
        return goal.targets().stream().filter(t -> !goal.worksNow(t)).toList();
    }

    /** One release and its rescan, with the way back. */
    static Plan.Round round(Topology start, Trial trial, Plan.Fallback fallback) {
        List<PciAddress> released =
                trial.set().released(start).stream().map(PciFunction::address).toList();
        return new Plan.Round(released, trial.actions(), trial.last(), fallback);
    }
}
