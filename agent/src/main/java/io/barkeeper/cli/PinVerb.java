package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "pin",
        description =
                "This device, its bus number and its BARs must not move, until barkeeper unpin. Outlives a reboot.")
final class PinVerb extends DaemonVerb {

    @Parameters(arity = "1", paramLabel = "BDF", description = "The device.")
    private @Nullable String device;

    PinVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "pin";
    }

    @Override
    JsonObject params() throws Problem {
        return address(device);
    }

    /** The parameter of both verbs. */
    static JsonObject address(@Nullable String device) throws Problem {
        JsonObject params = new JsonObject();
        params.addProperty("address", Devices.parse(String.valueOf(device)).toString());
        return params;
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return pinned(answer);
    }

    static List<String> pinned(Answer answer) {
        List<String> lines = answer.objects("pins").stream()
                .map(p -> p.textOr("address", "?") + "  " + p.textOr("path", "?") + "  " + p.textOr("ids", "?"))
                .toList();
        return lines.isEmpty() ? List.of("nothing is pinned") : lines;
    }
}
