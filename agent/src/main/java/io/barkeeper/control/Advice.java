package io.barkeeper.control;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.plan.Certificate;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What would help a device, in sentences, from what the planner found for it. */
final class Advice {

    private Advice() {}

    static List<String> of(PciAddress address, PlanResult result) {
        if (result instanceof PlanResult.Feasible feasible) {
            return List.of(feasible(address, feasible.plan()));
        }
        List<String> advice = new ArrayList<>();
        if (result instanceof PlanResult.Refused refused) {
            for (PlanResult.Obstacle obstacle : refused.obstacles()) {
                String who = obstacle.address().equals(address) ? "" : obstacle.address() + " stands in the way: ";
                advice.add(who + obstacle.why() + ". Try: " + obstacle.remedy());
            }
        } else if (result instanceof PlanResult.Infeasible infeasible) {
            Certificate certificate = infeasible.certificate();
            advice.add("no release and rescan can help; " + certificate.remedy());
        }
        return advice;
    }

    private static String feasible(PciAddress address, Plan plan) {
        String released = plan.disturbs().stream()
                .filter(d -> !plan.start().get(d.address()).isBridge())
                .map(d -> d.address() + (d.driver().isEmpty() ? "" : " (" + d.driver() + ")"))
                .collect(Collectors.joining(", "));
        return "'barkeeper apply --for " + address + "' (plan " + plan.id() + ") places it"
                + (released.isEmpty() ? " and disturbs nobody" : "; it takes out for a moment: " + released);
    }
}
