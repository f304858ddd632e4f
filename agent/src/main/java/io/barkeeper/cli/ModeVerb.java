package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.config.Mode;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "mode", description = "The mode at run time: observe, confirm or automatic. Without NAME, shows it.")
final class ModeVerb extends DaemonVerb {

    /** For completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Mode.values()).map(Mode::label).iterator();
        }
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "The mode to take until the daemon ends.")
    private @Nullable String mode;

    ModeVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "mode";
    }

    @Override
    JsonObject params() throws Problem {
        JsonObject params = new JsonObject();
        Optional<String> wanted = Optional.ofNullable(mode);
        if (wanted.isPresent()) {
            if (!List.of("observe", "confirm", "automatic").contains(wanted.get())) {
                throw Problem.usage("'" + wanted.get() + "' is no mode", "one of observe, confirm and automatic");
            }
            params.addProperty("mode", wanted.get());
        }
        return params;
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return List.of(answer.textOr("mode", "unknown"));
    }
}
