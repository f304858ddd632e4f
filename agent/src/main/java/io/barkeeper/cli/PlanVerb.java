package io.barkeeper.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.PlanText;
import io.barkeeper.control.Answers;
import io.barkeeper.control.PlanWish;
import io.barkeeper.control.Refusal;
import io.barkeeper.control.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "plan",
        description = "The dry run: what would be done, in what order, what it disturbs, and what comes of it.")
final class PlanVerb extends Question {

    @Option(
            names = "--for",
            paramLabel = "BDF",
            description = "The device that must end up working; may be repeated. Default: all that are in trouble.")
    private List<String> wished = new ArrayList<>();

    @Option(names = "--accept-risk", paramLabel = "NAME", description = "A risk that you take; may be repeated.")
    private List<String> risks = new ArrayList<>();

    PlanVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "plan";
    }

    @Override
    JsonObject params() throws Problem {
        JsonObject params = new JsonObject();
        JsonArray devices = new JsonArray();
        Devices.parse(wished).forEach(a -> devices.add(a.toString()));
        params.add("for", devices);
        JsonArray accepted = new JsonArray();
        risks.forEach(accepted::add);
        params.add("acceptRisks", accepted);
        return params;
    }

    @Override
    JsonObject answer(View view) throws Problem, Refusal {
        return Answers.plan(view, new PlanWish(Devices.parse(wished), Set.copyOf(risks)));
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return PlanText.of(answer, columns);
    }

    @Override
    boolean needsRegisters() {
        return true;
    }

    @Override
    int exit(Answer answer) {
        return exitOf(answer);
    }

    /** The exit code of a plan's outcome. */
    static int exitOf(Answer answer) {
        return switch (answer.textOr("outcome", "")) {
            case "infeasible" -> ExitCode.NO_PLAN;
            case "refused" -> ExitCode.REFUSED;
            default -> ExitCode.DONE;
        };
    }
}
