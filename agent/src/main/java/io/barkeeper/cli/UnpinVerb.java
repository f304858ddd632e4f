package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "unpin", description = "Ends what barkeeper pin began; a pin of the configuration stays.")
final class UnpinVerb extends DaemonVerb {

    @Parameters(
            arity = "1",
            paramLabel = "BDF",
            description = "The device: its address now, or the one that it had when it was pinned.")
    private @Nullable String device;

    UnpinVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "unpin";
    }

    @Override
    JsonObject params() throws Problem {
        return PinVerb.address(device);
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return PinVerb.pinned(answer);
    }
}
