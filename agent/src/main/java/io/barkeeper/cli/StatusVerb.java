package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.StatusText;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "status", description = "The state of the daemon: mode, kernel model and generation, troubles.")
final class StatusVerb extends DaemonVerb {

    StatusVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "status";
    }

    @Override
    JsonObject params() {
        return new JsonObject();
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return StatusText.of(answer, columns);
    }
}
