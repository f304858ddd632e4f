package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.HistoryText;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "history", description = "Past transactions; with ID, the steps of one.")
final class HistoryVerb extends DaemonVerb {

    @Parameters(arity = "0..1", paramLabel = "ID", description = "A transaction.")
    private @Nullable String id;

    HistoryVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "history";
    }

    @Override
    JsonObject params() {
        JsonObject params = new JsonObject();
        Optional.ofNullable(id).ifPresent(i -> params.addProperty("id", i));
        return params;
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return HistoryText.of(answer, columns);
    }
}
