package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.ListText;
import io.barkeeper.control.Answers;
import io.barkeeper.control.View;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "list", description = "Devices with their BARs, driver, whether they may be moved and why.")
final class ListVerb extends Question {

    ListVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "list";
    }

    @Override
    JsonObject answer(View view) {
        return Answers.list(view);
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return ListText.of(answer, columns);
    }
}
