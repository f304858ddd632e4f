package io.barkeeper.plan;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what the planner found, the way a colleague would: the text that goes into the log. */
public final class Explanation {

    /** Ways not taken that are told; the JSON form of a plan has them all. */
    private static final int MOST_REJECTED = 5;

    private Explanation() {}

    /** One sentence or list entry a line; entries are indented by two blanks. */
    public static List<String> of(PlanResult result) {
        List<String> lines = new ArrayList<>();
        if (result instanceof PlanResult.NothingToDo nothing) {
            lines.add("There is nothing to do: " + nothing.why() + ".");
        } else if (result instanceof PlanResult.Feasible feasible) {
            feasible(feasible.plan(), lines);
        } else if (result instanceof PlanResult.Refused refused) {
            refused(refused, lines);
        } else if (result instanceof PlanResult.Infeasible infeasible) {
            infeasible(infeasible, lines);
        }
        return lines;
    }

    private static void feasible(Plan plan, List<String> lines) {
        lines.add("Plan " + plan.id() + purpose(plan));
        List<String> devices = plan.disturbs().stream()
                .filter(d -> !plan.start().get(d.address()).isBridge())
                .map(d -> d.address() + (d.driver().isEmpty() ? "" : " (" + d.driver() + ")"))
                .toList();
        lines.add(
                devices.isEmpty()
                        ? "No device that works now is taken out."
                        : "These devices are taken out for a moment and come back: " + String.join(", ", devices)
                                + ".");
        List<String> forgotten = Forgotten.by(plan);
        if (!forgotten.isEmpty()) {
            lines.add("Set by hand, and lost unless udev or you set it again:");
            forgotten.forEach(f -> lines.add("  " + f));
        }
        lines.add("The steps:");
        steps(plan, lines);
        lines.add("After that the kernel will have placed:");
        for (String change : changes(plan)) {
            lines.add("  " + change);
        }
        lines.add(
                plan.fallback().proven()
                        ? "If a step goes wrong, the devices of its round are released again and rescanned; on the model"
                                + " that brings back every device that worked, from every step."
                        : "There is no proven way back: the risk was accepted.");
        leftOut(plan.leftOut(), lines);
        rejected(plan.rejected(), lines);
    }

    private static String purpose(Plan plan) {
        if (!plan.newcomers().isEmpty()) {
            return " makes " + names(plan.newcomers()) + " work.";
        }
        return plan.ports().isEmpty()
                ? " makes room for a device to come."
                : " opens windows of the empty hot-plug port " + names(plan.ports()) + " for a device to come.";
    }

    private static void steps(Plan plan, List<String> lines) {
        int number = 1;
        int round = 1;
        for (Plan.Round part : plan.rounds()) {
            if (round > 1) {
                lines.add("  Round " + round
                        + ", once everything works; if it cannot begin, the plan stops here for good:");
            }
            for (Action action : part.actions()) {
                lines.add(String.format("  %2d. %s", number++, action));
            }
            round++;
        }
    }

    private static void leftOut(List<Plan.LeftOut> others, List<String> lines) {
        others.forEach(o -> lines.add("Nothing is done for " + o.address() + ": " + o.why() + "."));
    }

    /** Each resource that the plan places or moves. */
    private static List<String> changes(Plan plan) {
        List<String> changes = new ArrayList<>();
        for (PciFunction after : plan.predicted().functions()) {
            for (Resource resource : after.resources()) {
                Optional<Resource> before =
                        plan.start().find(after.address()).flatMap(f -> f.resource(resource.index()));
                boolean same = before.map(Resource::range).equals(Optional.of(resource.range()));
                if (!same && resource.isAssigned()) {
                    String from = before.flatMap(Resource::range)
                            .map(r -> " (was " + r + ")")
                            .orElse("");
                    String name = resource.isWindow() ? resource.kind().label() + " window" : resource.name();
                    changes.add(after.address() + " " + name + " at "
                            + resource.range().get() + from);
                }
            }
        }
        return changes;
    }

    private static void refused(PlanResult.Refused refused, List<String> lines) {
        lines.add(names(refused.newcomers()) + " cannot be placed now.");
        for (PlanResult.Obstacle obstacle : refused.obstacles()) {
            lines.add("In the way: " + obstacle.why() + ".");
            lines.add("  What would help: " + obstacle.remedy() + ".");
        }
        rejected(refused.rejected(), lines);
    }

    private static void infeasible(PlanResult.Infeasible infeasible, List<String> lines) {
        Certificate certificate = infeasible.certificate();
        lines.add("No layout exists in which " + names(infeasible.newcomers()) + " works, whatever is released.");
        lines.add("The " + certificate.container().replaceFirst("^the ", "") + " can offer "
                + Sizes.human(certificate.capacity()) + ", " + Sizes.human(certificate.needed()) + " are needed: "
                + Sizes.human(certificate.missing()) + " (" + Long.toUnsignedString(certificate.missing())
                + " bytes) are missing.");
        if (!certificate.pinned().isEmpty()) {
            lines.add("Nothing can move "
                    + certificate.pinned().stream()
                            .map(ResourceId::address)
                            .distinct()
                            .map(PciAddress::toString)
                            .collect(Collectors.joining(", "))
                    + " in there.");
        }
        lines.add("What would help: " + certificate.remedy() + ".");
    }

    private static void rejected(List<PlanResult.Rejected> rejected, List<String> lines) {
        if (!rejected.isEmpty()) {
            lines.add("Ways that were not taken:");
            rejected.stream().limit(MOST_REJECTED).forEach(r -> lines.add("  " + r.what() + ": " + r.why() + "."));
        }
        if (rejected.size() > MOST_REJECTED) {
            lines.add("  and " + (rejected.size() - MOST_REJECTED) + " more.");
        }
    }

    private static String names(List<PciAddress> addresses) {
        return addresses.stream().map(PciAddress::toString).collect(Collectors.joining(", "));
    }
}
