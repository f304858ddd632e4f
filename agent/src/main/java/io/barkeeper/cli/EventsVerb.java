package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.EventText;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "events", description = "Follows the daemon live, one line for each event, until interrupted.")
final class EventsVerb extends Verb {

    EventsVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    int run(Barkeeper barkeeper) throws Problem {
        try (ControlClient daemon = new Sources(barkeeper).daemon()) {
            daemon.call("events", new JsonObject(), event -> show(barkeeper, event));
            return ExitCode.DONE;
        } catch (IOException e) {
            throw new Problem(
                    "BK-DAEMON-GONE", ExitCode.NO_DAEMON, "the connection to the daemon broke: " + e.getMessage(), "");
        }
    }

    /** @return false when nobody reads any more */
    private static boolean show(Barkeeper barkeeper, JsonObject event) {
        Console console = barkeeper.console();
        if (barkeeper.json()) {
            console.printLine(event);
        } else {
            console.print(List.of(EventText.event(new Answer(event))));
        }
        return !console.isDeserted();
    }
}
