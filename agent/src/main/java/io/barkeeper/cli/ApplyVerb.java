package io.barkeeper.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.EventText;
import io.barkeeper.cli.text.PlanText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Shows the plan, asks on a terminal, and lets the daemon carry it out. The daemon does the work: whoever interrupts
 * this process only stops watching.
 */
@Command(name = "apply", description = "Carries a plan out. Exits 4 when the machine is no longer the plan's.")
final class ApplyVerb extends Verb {

    @Option(names = "--plan", paramLabel = "ID", description = "The plan, as barkeeper plan named it.")
    private @Nullable String plan;

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
            names = {"-y", "--yes"},
            description = "Do not ask. Needed where nobody can be asked.")
    private boolean yes;

    ApplyVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    int run(Barkeeper barkeeper) throws Problem {
        JsonObject wish = wish();
        try (ControlClient daemon = new Sources(barkeeper).daemon()) {
            Optional<String> id = Optional.ofNullable(plan);
            boolean observes = new Answer(daemon.call("mode", new JsonObject(), n -> true))
                    .textOr("mode", "")
                    .equals("observe");
            if (!observes) {
                Answer proposal = new Answer(daemon.call("plan", wish, n -> true));
                if (!proposal.textOr("outcome", "").equals("feasible") && id.isEmpty()) {
                    show(barkeeper, proposal);
                    return PlanVerb.exitOf(proposal);
                }
                confirm(barkeeper, proposal);
                id = id.or(() -> proposal.text("id"));
            }
            id.ifPresent(i -> wish.addProperty("plan", i));
            return carryOut(barkeeper, daemon, "apply", wish);
        } catch (IOException e) {
            throw gone(e);
        }
    }

    static Problem gone(IOException e) {
        return new Problem(
                "BK-DAEMON-GONE",
                ExitCode.NO_DAEMON,
                "the connection to the daemon broke: " + e.getMessage() + "; it goes on by itself",
                "barkeeper history");
    }

    private JsonObject wish() throws Problem {
        JsonObject wish = new JsonObject();
        JsonArray devices = new JsonArray();
        Devices.parse(wished).forEach(a -> devices.add(a.toString()));
        wish.add("for", devices);
        JsonArray accepted = new JsonArray();
        risks.forEach(accepted::add);
        wish.add("acceptRisks", accepted);
        return wish;
    }

    private static void show(Barkeeper barkeeper, Answer answer) {
        if (barkeeper.json()) {
            barkeeper.console().print(answer.json());
        } else {
            barkeeper.console().print(PlanText.of(answer, barkeeper.console().columns()));
        }
    }

    private void confirm(Barkeeper barkeeper, Answer proposal) throws Problem, IOException {
        if (yes) {
            return;
        }
        Console console = barkeeper.console();
        if (!console.interactive()) {
            throw Problem.usage(
                    "nobody can be asked whether to go on: this is no terminal",
                    "look at 'barkeeper plan', then say 'barkeeper apply --yes'");
        }
        PlanText.of(proposal, console.columns()).forEach(console.err()::println);
        console.err().print("Carry it out? [y/N] ");
        console.err().flush();
        String reply = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8)).readLine();
        if (reply == null || !List.of("y", "yes").contains(reply.strip().toLowerCase(Locale.ROOT))) {
            throw new Problem("BK-DECLINED", ExitCode.REFUSED, "nothing was done", "");
        }
    }

    /** Has a transaction carried out and shows its steps. */
    static int carryOut(Barkeeper barkeeper, ControlClient daemon, String method, JsonObject params) throws Problem {
        Console console = barkeeper.console();
        Thread farewell = new Thread(() -> {
            console.err().println("barkeeper: no longer watching; the daemon goes on, see 'barkeeper history'");
            console.err().flush();
        });
        Runtime.getRuntime().addShutdownHook(farewell);
        Answer result;
        try {
            result = new Answer(daemon.call(method, params, event -> step(barkeeper, event)));
        } finally {
            forget(farewell);
        }
        if (barkeeper.json()) {
            console.printLine(result.json());
        } else {
            console.print(EventText.result(result, console.columns()));
        }
        return exitOf(result);
    }

    private static void forget(Thread farewell) {
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs already.
        }
    }

    private static boolean step(Barkeeper barkeeper, JsonObject event) {
        if (!barkeeper.json()) {
            barkeeper.console().print(List.of(EventText.step(new Answer(event))));
        }
        return true;
    }

    /** The exit code of a transaction's end, as the daemon tells it. */
    static int exitOf(Answer result) {
        return result.number("exit").orElse(ExitCode.UNEXPECTED);
    }
}
