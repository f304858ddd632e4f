package io.barkeeper.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.PlanText;
import io.barkeeper.control.Answers;
import io.barkeeper.control.PlanWish;
import io.barkeeper.control.Refusal;
import io.barkeeper.control.View;
import io.barkeeper.control.Wishes;
import io.barkeeper.kernel.ActionSyntaxException;
import io.barkeeper.plan.Reserve;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    @Option(
            names = "--accept-risk",
            paramLabel = "NAME",
            description = "A risk that you take: no-fallback, a plan whose way back is not proven. May be repeated.")
    private List<String> risks = new ArrayList<>();

    @Option(
            names = "--reserve",
            paramLabel = "PORT=SIZE",
            arity = "0..1",
            fallbackValue = Wishes.CONFIGURED,
            description = "Make room for a device that is still to come: an empty hot-plug port, and the size of its"
                    + " largest BAR or a SPEC as simulate takes it; may be repeated. Without PORT=SIZE: for every"
                    + " [[reserve]] of the configuration.")
    private List<String> reserves = new ArrayList<>();

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
        for (String text : reserves) {
            parsed(text);
        }
        JsonArray room = new JsonArray();
        reserves.forEach(room::add);
        params.add("reserve", room);
        return params;
    }

    @Override
    JsonObject answer(View view) throws Problem, Refusal {
        Optional<String> unknown = PlanWish.unknownRisk(Set.copyOf(risks));
        if (unknown.isPresent()) {
            throw Problem.usage(unknown.get(), "barkeeper help plan");
        }
        for (String text : reserves) {
            parsed(text);
        }
        return Answers.plan(view, new PlanWish(Devices.parse(wished), Set.copyOf(risks), Wishes.named(view, reserves)));
    }

    /** A mistake is told before anybody is asked. */
    private static void parsed(String text) throws Problem {
        try {
            if (!text.equals(Wishes.CONFIGURED)) {
                Reserve.parse(text);
            }
        } catch (ActionSyntaxException e) {
            throw Problem.usage(String.valueOf(e.getMessage()), "barkeeper plan --reserve 0000:02:03.0=256M");
        }
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
