package io.barkeeper.daemon;

import io.barkeeper.control.PlanWish;
import io.barkeeper.control.Refusal;
import io.barkeeper.plan.Plan;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which wish each of the last plans was made for: {@code apply --plan ID} makes the plan again from it. For any thread. */
final class RecentPlans {

    private static final int KEPT = 32;

    private final Map<String, PlanWish> wishes = new LinkedHashMap<>();

    synchronized void keep(Plan plan, PlanWish wish) {
        wishes.remove(plan.id());
        wishes.put(plan.id(), wish);
        if (wishes.size() > KEPT) {
            wishes.remove(wishes.keySet().iterator().next());
        }
    }

    /** @throws Refusal when no plan of this id is kept */
    synchronized PlanWish wishOf(String id) throws Refusal {
        PlanWish wish = wishes.get(id);
        if (wish == null) {
            throw Refusals.unknownPlan(id);
        }
        return wish;
    }
}
