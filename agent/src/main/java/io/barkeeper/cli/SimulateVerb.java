package io.barkeeper.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.SimulationText;
import io.barkeeper.control.Answers;
import io.barkeeper.control.Refusal;
import io.barkeeper.control.View;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "simulate",
        description = "Applies actions on the kernel model, several in a row, and prints the predicted result.")
final class SimulateVerb extends Question {

    @Parameters(
            paramLabel = "ACTION",
            arity = "1..*",
            description = "For example remove:0000:02:01.0, rescan, hotplug:0000:02:03.0:mem64pref=256M, or"
                    + " hotplug:0000:02:03.0:@FILE#BDF for a card of another snapshot.")
    private List<String> actions = new ArrayList<>();

    private final Console console;

    SimulateVerb(Barkeeper barkeeper) {
        super(barkeeper);
        console = barkeeper.console();
    }

    @Override
    String method() {
        return "simulate";
    }

    @Override
    JsonObject params() {
        JsonObject params = new JsonObject();
        JsonArray array = new JsonArray();
        actions.forEach(array::add);
        params.add("actions", array);
        return params;
    }

    @Override
    JsonObject answer(View view) throws Refusal {
        return Answers.simulate(view, actions, name -> SubtreeFile.read(console, name));
    }

    /** The daemon opens no file that somebody names to it. */
    @Override
    boolean isAnsweredHere() {
        return actions.stream().anyMatch(a -> a.contains(":@"));
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return SimulationText.of(answer, columns);
    }

    @Override
    boolean needsRegisters() {
        return true;
    }
}
