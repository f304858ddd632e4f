package io.barkeeper.cli.html;

import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.PlanText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the plan does between the two moments, or why there is none. */
final class PlanSection {

    private static final int COLUMNS = 10_000;
    private static final int MOST_REJECTED = 5;

    private final Markup page;

    PlanSection(Markup page) {
        this.page = page;
    }

    /** The plan was made; what came of it need not be feasible. */
    void write(Answer plan) {
        page.open("section", "class", "plan", "id", "plan", "aria-labelledby", "plan-title")
                .line();
        page.element("h3", "Plan", "id", "plan-title").line();
        if (plan.textOr("outcome", "").equals("feasible")) {
            feasible(plan);
        } else {
            page.open("div", "class", "told");
            PlanText.of(plan, COLUMNS).stream().filter(l -> !l.isBlank()).forEach(l -> page.element("p", l.strip()));
            page.close("div").line();
        }
        page.close("section").line();
    }

    private void feasible(Answer plan) {
        page.element("p", PlanText.purpose(plan)).line();
        disturbs(plan.objects("disturbs"));
        List<Answer> rounds = plan.objects("rounds");
        if (rounds.size() > 1) {
            int number = 1;
            for (Answer round : rounds) {
                page.element("h4", "Round " + number++);
                steps(round.objects("steps"));
                fallback(round);
            }
        } else {
            page.element("h4", "Steps, in this order");
            steps(plan.objects("steps"));
            fallback(plan);
        }
        texts("Set by hand, and lost unless udev or you set it again", plan.texts("forgets"));
        texts(
                "Nothing is done for",
                plan.objects("leftOut").stream()
                        .map(o -> o.textOr("address", "?") + ": " + o.textOr("why", ""))
                        .toList());
        rejected(plan.objects("rejected"));
    }

    private void rejected(List<Answer> ways) {
        List<String> texts = new ArrayList<>(ways.stream()
                .limit(MOST_REJECTED)
                .map(w -> w.text("what").map(t -> t + ": ").orElse("") + w.textOr("why", ""))
                .toList());
        if (ways.size() > MOST_REJECTED) {
            texts.add("and " + (ways.size() - MOST_REJECTED) + " more ways, see barkeeper plan --json");
        }
        texts("Not chosen", texts);
    }

    private void disturbs(List<Answer> disturbs) {
        List<String> devices = disturbs.stream()
                .filter(d -> !d.flag("bridge"))
                .map(d -> d.textOr("address", "?") + ", "
                        + d.text("driver").filter(t -> !t.isEmpty()).orElse("no driver"))
                .toList();
        if (devices.isEmpty()) {
            page.element("p", "No device that works now is taken out.").line();
        }
        texts("Taken out for a moment, and back at the end", devices);
        String bridges = disturbs.stream()
                .filter(d -> d.flag("bridge"))
                .map(d -> d.textOr("address", "?"))
                .collect(Collectors.joining(", "));
        if (!bridges.isEmpty()) {
            page.element("p", "With the bridges " + bridges + ".").line();
        }
    }

    private void steps(List<Answer> steps) {
        page.open("ol", "class", "steps").line();
        for (Answer step : steps) {
            page.open("li").element("span", step.textOr("action", "?"));
            step.text("write").filter(w -> !w.isEmpty()).ifPresent(w -> page.element("code", w));
            page.close("li").line();
        }
        page.close("ol").line();
    }

    private void fallback(Answer plan) {
        plan.object("fallback").ifPresent(back -> {
            String proof = back.flag("proven")
                    ? "proven on the kernel model, from every state in which a step can fail"
                    : "NOT proven on the kernel model: the risk was accepted";
            if (actions(back).equals(actions(plan))) {
                page.element("p", "If a step fails, the way back is the same steps again, " + proof + ".")
                        .line();
            } else {
                page.element("p", "If a step fails, this is the way back, " + proof + ":");
                steps(back.objects("steps"));
            }
        });
    }

    private static List<String> actions(Answer holder) {
        return holder.objects("steps").stream().map(s -> s.textOr("action", "")).toList();
    }

    private void texts(String title, List<String> texts) {
        if (texts.isEmpty()) {
            return;
        }
        page.element("h4", title).open("ul");
        texts.forEach(t -> page.element("li", t));
        page.close("ul").line();
    }
}
