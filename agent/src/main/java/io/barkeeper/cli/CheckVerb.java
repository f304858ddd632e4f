package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.CheckText;
import io.barkeeper.control.Answers;
import io.barkeeper.control.View;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description =
                "What is wrong, one line for each trouble. Exits 10 when a device does not work or lost something.")
final class CheckVerb extends Question {

    @Option(names = "--strict", description = "Exit 10 on cosmetic troubles and warnings too.")
    private boolean strict;

    CheckVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "check";
    }

    @Override
    JsonObject answer(View view) {
        return Answers.check(view);
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return CheckText.of(answer);
    }

    @Override
    int exit(Answer answer) {
        List<Answer> troubles = answer.objects("troubles");
        boolean found = strict ? !troubles.isEmpty() : !answer.flag("healthy");
        return found ? ExitCode.TROUBLE : ExitCode.DONE;
    }
}
