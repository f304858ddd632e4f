package io.barkeeper.cli.text;

import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code barkeeper.plan/1} as a colleague would tell it: what would be done and in what order, whom it disturbs, what
 * comes of it, what happens if it goes wrong, and what was not chosen.
 */
public final class PlanText {

    private static final int MOST_REJECTED = 5;

    private PlanText() {}

    public static List<String> of(Answer plan, int columns) {
        Lines lines = new Lines(columns);
        switch (plan.textOr("outcome", "")) {
            case "nothing-to-do" ->
                lines.wrapped("", "Nothing to do: " + plan.textOr("why", "every required resource is placed") + ".");
            case "feasible" -> feasible(lines, plan);
            case "refused" -> refused(lines, plan);
            case "infeasible" -> infeasible(lines, plan);
            default -> lines.line("Outcome: " + plan.textOr("outcome", "unknown"));
        }
        rejected(lines, plan);
        return lines.asList();
    }

    private static void feasible(Lines lines, Answer plan) {
        lines.wrapped("", purpose(plan));
        lines.blank();
        List<Answer> rounds = plan.objects("rounds");
        if (rounds.size() > 1) {
            rounds(lines, rounds);
        } else {
            lines.line("Steps, in this order:");
            steps(lines, plan.objects("steps"));
        }
        disturbs(lines, plan.objects("disturbs"));
        forgets(lines, plan.texts("forgets"));
        changes(lines, plan);
        if (rounds.size() > 1) {
            for (int i = 0; i < rounds.size(); i++) {
                fallback(lines, rounds.get(i), " of round " + (i + 1));
            }
        } else {
            fallback(lines, plan, "");
        }
        for (Answer other : plan.objects("leftOut")) {
            lines.blank();
            lines.wrapped("", "Nothing is done for " + other.textOr("address", "?") + ": " + other.textOr("why", ""));
        }
    }

    /** What a plan is for, one sentence. */
    public static String purpose(Answer plan) {
        List<String> ports = plan.texts("ports");
        boolean reserves = !plan.objects("reserves").isEmpty();
        String what = reserves ? " makes room for " : " places ";
        return "Plan " + plan.textOr("id", "?")
                + (reserves || ports.isEmpty()
                        ? what + newcomers(plan)
                        : " opens windows of the empty hot-plug port" + (ports.size() == 1 ? " " : "s ")
                                + String.join(", ", ports)
                                + ", so that the next device there takes none from its neighbours")
                + ".";
    }

    private static void rounds(Lines lines, List<Answer> rounds) {
        lines.wrapped(
                "",
                "Steps, in " + rounds.size()
                        + " rounds; once a round is over, everything that worked works, and the plan"
                        + " may stop there for good:");
        for (int i = 0; i < rounds.size(); i++) {
            lines.line("Round " + (i + 1));
            steps(lines, rounds.get(i).objects("steps"));
        }
    }

    private static void disturbs(Lines lines, List<Answer> disturbs) {
        lines.blank();
        List<Answer> devices = disturbs.stream().filter(d -> !d.flag("bridge")).toList();
        if (devices.isEmpty()) {
            lines.line("No device that works now is taken out.");
        } else {
            lines.line("These devices are taken out for a moment and come back:");
        }
        for (Answer device : devices) {
            String driver = device.textOr("driver", "");
            lines.line("  " + device.textOr("address", "?") + " "
                    + (driver.isEmpty() ? "without a driver" : "driver " + driver)
                    + device.text("cost").map(c -> ", cost " + c).orElse(""));
        }
        String bridges = disturbs.stream()
                .filter(d -> d.flag("bridge"))
                .map(d -> d.textOr("address", "?"))
                .collect(Collectors.joining(", "));
        if (!bridges.isEmpty()) {
            lines.wrapped("  ", "    ", "with the bridges " + bridges);
        }
    }

    private static void forgets(Lines lines, List<String> forgets) {
        if (!forgets.isEmpty()) {
            lines.blank();
            lines.line("Set by hand, and lost unless udev or you set it again:");
            forgets.forEach(f -> lines.wrapped("  ", "    ", f));
        }
    }

    /** @param which of a round, with a blank in front; empty text where there is but one */
    private static void fallback(Lines lines, Answer plan, String which) {
        lines.blank();
        if (plan.object("fallback").isEmpty()) {
            lines.line("There is no way back.");
            return;
        }
        Answer fallback = plan.object("fallback").get();
        String proof = fallback.flag("proven")
                ? "it is proven on the kernel model, from every state in which a step can fail and with the newcomer"
                        + " still present"
                : "it is NOT proven on the kernel model: the risk was accepted";
        if (actions(fallback).equals(actions(plan))) {
            lines.wrapped("", "If a step" + which + " fails, the way back is the same steps again; " + proof + ".");
            return;
        }
        lines.wrapped("", "If a step" + which + " fails, this is the way back; " + proof + ":");
        steps(lines, fallback.objects("steps"));
    }

    private static List<String> actions(Answer holder) {
        return holder.objects("steps").stream().map(s -> s.textOr("action", "")).toList();
    }

    private static void refused(Lines lines, Answer plan) {
        String what = plan.objects("reserves").isEmpty()
                ? newcomers(plan) + " cannot be placed"
                : "there can be no room for " + newcomers(plan);
        lines.wrapped("", "Refused: " + what + " without touching what may not be touched.");
        for (Answer obstacle : plan.objects("obstacles")) {
            lines.blank();
            lines.wrapped("  ", "    ", obstacle.textOr("address", "") + ": " + obstacle.textOr("why", ""));
            obstacle.text("remedy").filter(r -> !r.isEmpty()).ifPresent(r -> lines.wrapped("    try: ", r));
        }
    }

    private static void infeasible(Lines lines, Answer plan) {
        String what = plan.objects("reserves").isEmpty() ? " places " : " has room for ";
        lines.wrapped("", "No layout exists that" + what + newcomers(plan) + ".");
        plan.object("certificate").ifPresent(c -> {
            lines.blank();
            lines.wrapped(
                    "  ",
                    "    ",
                    "The " + c.textOr("container", "container") + " offers " + c.size("capacity") + " at most, "
                            + c.size("needed") + " must go in there: " + c.size("missing") + " are missing.");
            for (Answer pin : c.objects("pinned")) {
                lines.line("    pinned: " + ListText.name(pin));
            }
            c.text("remedy").filter(r -> !r.isEmpty()).ifPresent(r -> lines.wrapped("  try: ", r));
        });
    }

    private static void rejected(Lines lines, Answer plan) {
        List<Answer> rejected = plan.objects("rejected");
        if (rejected.isEmpty()) {
            return;
        }
        lines.blank();
        lines.line("Not chosen:");
        for (Answer way : rejected.subList(0, Math.min(rejected.size(), MOST_REJECTED))) {
            String what = way.text("what").map(w -> w + ": ").orElse("");
            lines.wrapped("  - ", what + way.textOr("why", ""));
        }
        if (rejected.size() > MOST_REJECTED) {
            lines.line("  and " + (rejected.size() - MOST_REJECTED) + " more ways, see --json");
        }
    }

    /** Each step with the write that it is, as a shell would make it. */
    private static void steps(Lines lines, List<Answer> steps) {
        int number = 1;
        for (Answer step : steps) {
            lines.line(String.format("  %2d. %s", number++, step.textOr("action", "?")));
            step.text("write").filter(w -> !w.isEmpty()).ifPresent(w -> lines.line("        " + w));
        }
    }

    private static void changes(Lines lines, Answer plan) {
        lines.blank();
        lines.line("Predicted result:");
        int before = lines.asList().size();
        long windows = SimulationText.deviceChanges(lines, plan);
        if (lines.asList().size() == before) {
            lines.line("  no device gets another address");
        }
        if (windows > 0) {
            lines.line("  and " + windows + " bridge windows change with them, see --json");
        }
    }

    private static String newcomers(Answer plan) {
        List<Answer> reserves = plan.objects("reserves");
        if (!reserves.isEmpty()) {
            return reserves.stream()
                    .map(r -> "a device with " + r.textOr("device", "?") + " in port " + r.textOr("port", "?"))
                    .collect(Collectors.joining(" and "));
        }
        List<String> all = plan.texts("newcomers");
        return all.isEmpty() ? "what is in trouble" : all.stream().collect(Collectors.joining(", "));
    }
}
