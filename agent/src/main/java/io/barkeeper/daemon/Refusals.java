package io.barkeeper.daemon;

import io.barkeeper.control.Refusal;
import io.barkeeper.plan.Explanation;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanResult;
import java.util.List;

/** Why the daemon does not carry out what an operator asked for. */
final class Refusals {

    private Refusals() {}

    /** @param reasons why the mode is not the one that was configured; empty when it is */
    static Refusal observeOnly(List<String> reasons) {
        return new Refusal(
                "BK-OBSERVE",
                Refusal.REFUSED,
                "the mode is observe, in which nothing is changed"
                        + (reasons.isEmpty() ? "" : ": " + String.join("; ", reasons)),
                reasons.isEmpty()
                        ? "set mode = \"confirm\" in barkeeper.toml, or 'barkeeper mode confirm' until the next start"
                        : "barkeeper status");
    }

    static Refusal unknownPlan(String id) {
        return new Refusal(
                "BK-PLAN-UNKNOWN",
                Refusal.REFUSED,
                "no plan " + id + " was made since the daemon started, or too many after it",
                "barkeeper plan");
    }

    /** @param now what the planner says of the machine as it is */
    static Refusal stalePlan(String id, PlanResult now) {
        return new Refusal(
                "BK-PLAN-STALE",
                Refusal.REFUSED,
                "the machine is no longer the one that plan " + id + " was made for: now it is "
                        + Explanation.of(now).get(0),
                "barkeeper plan");
    }

    /**
     * The plan of a result that has one.
     *
     * @throws Refusal when it has none, with the planner's reason
     */
    static Plan feasible(PlanResult result) throws Refusal {
        if (result instanceof PlanResult.Feasible feasible) {
            return feasible.plan();
        }
        boolean none = result instanceof PlanResult.Infeasible;
        throw new Refusal(
                none ? "BK-INFEASIBLE" : "BK-REFUSED",
                none ? Refusal.NO_PLAN : Refusal.REFUSED,
                String.join(" ", Explanation.of(result)),
                "barkeeper plan");
    }
}
