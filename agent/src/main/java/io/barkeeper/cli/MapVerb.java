package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.MapText;
import io.barkeeper.control.Answers;
import io.barkeeper.control.View;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "map", description = "The address space: apertures, windows, BARs and the gaps between.")
final class MapVerb extends Question {

    MapVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "map";
    }

    @Override
    JsonObject answer(View view) {
        return Answers.map(view);
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return MapText.of(answer, columns);
    }
}
