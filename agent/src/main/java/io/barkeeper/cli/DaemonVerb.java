package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import java.io.IOException;
import java.util.List;

/** A verb that only the daemon can answer, with one answer. */
abstract class DaemonVerb extends Verb {

    DaemonVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    /** The method of the control socket. */
    abstract String method();

    /** The parameters of the method. */
    abstract JsonObject params() throws Problem;

    /** The answer as text. */
    abstract List<String> text(Answer answer, int columns);

    @Override
    final int run(Barkeeper barkeeper) throws Problem {
        JsonObject params = params();
        JsonObject answer;
        try (ControlClient daemon = new Sources(barkeeper).daemon()) {
            answer = daemon.call(method(), params, n -> true);
        } catch (IOException e) {
            throw new Problem(
                    "BK-DAEMON-GONE", ExitCode.NO_DAEMON, "the connection to the daemon broke: " + e.getMessage(), "");
        }
        Console console = barkeeper.console();
        if (barkeeper.json()) {
            console.print(answer);
        } else {
            console.print(text(new Answer(answer), console.columns()));
        }
        return ExitCode.DONE;
    }
}
