package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.control.Refusal;
import io.barkeeper.control.View;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who answers a question. A captured tree or a snapshot when one is named; otherwise the daemon; and where there is
 * none, the machine as this process can read it.
 */
final class Sources {

    /** How often several questions are asked at most, where the machine changes between two of them. */
    private static final int ATTEMPTS = 3;

    private final Barkeeper barkeeper;

    Sources(Barkeeper barkeeper) {
        this.barkeeper = barkeeper;
    }

    JsonObject ask(Question question) throws Problem, Refusal {
        return askAll(List.of(question)).get(0);
    }

    /** The answers to several questions, in their order, all from one source. */
    List<JsonObject> askAll(List<Question> questions) throws Problem, Refusal {
        Views views = new Views(barkeeper);
        if (barkeeper.sysroot().isPresent() || barkeeper.snapshot().isPresent()) {
            return noted(questions, views.ofNamedSource());
        }
        Optional<ControlClient> daemon = connect();
        if (daemon.isPresent()) {
            try (ControlClient client = daemon.get()) {
                return askDaemon(questions, views, client);
            } catch (IOException e) {
                throw closing(e);
            }
        }
        if (questions.stream().anyMatch(Question::needsRegisters)
                && !barkeeper.surroundings().privileged()) {
            throw new Problem(
                    "BK-PRIVILEGE",
                    ExitCode.NOT_PERMITTED,
                    "no daemon listens on " + barkeeper.socket()
                            + ", and without root the registers of this machine cannot be read",
                    "run it as root, start barkeeperd, or work from a file with --snapshot or --sysroot");
        }
        return noted(questions, views.ofMachine());
    }

    /** With another release than the daemon's, or files of this user's, its snapshot is all that is asked for. */
    private List<JsonObject> askDaemon(List<Question> questions, Views views, ControlClient client)
            throws Problem, Refusal {
        if (barkeeper.kernel().isPresent() || questions.stream().anyMatch(Question::isAnsweredHere)) {
            JsonObject snapshot = client.call("snapshot", new JsonObject(), n -> true);
            return noted(questions, views.ofSnapshot(Console.document(snapshot), "the daemon's snapshot"));
        }
        List<JsonObject> answers = calls(questions, client);
        for (int attempt = 1; !isStill(answers, questions, client); attempt++) {
            if (attempt == ATTEMPTS) {
                barkeeper.console().note("the machine changed while it was looked at, so the parts may not agree");
                break;
            }
            answers = calls(questions, client);
        }
        Set<String> notes = new LinkedHashSet<>();
        answers.forEach(answer -> notes.addAll(new Answer(answer).texts("notes")));
        notes.forEach(barkeeper.console()::note);
        return answers;
    }

    private static List<JsonObject> calls(List<Question> questions, ControlClient client) throws Problem, Refusal {
        List<JsonObject> answers = new ArrayList<>();
        for (Question question : questions) {
            answers.add(client.call(question.method(), question.params(), n -> true));
        }
        return answers;
    }

    /** A device may come or go between two questions; one alone always agrees with itself. */
    private static boolean isStill(List<JsonObject> answers, List<Question> questions, ControlClient client)
            throws Problem, Refusal {
        return questions.size() == 1 || calls(questions.subList(0, 1), client).equals(answers.subList(0, 1));
    }

    private List<JsonObject> noted(List<Question> questions, View view) throws Problem, Refusal {
        view.notes().forEach(barkeeper.console()::note);
        List<JsonObject> answers = new ArrayList<>();
        for (Question question : questions) {
            answers.add(question.answer(view));
        }
        return answers;
    }

    /**
     * The daemon.
     *
     * @throws Problem exit 7 when nobody listens, 8 when this user may not connect
     */
    ControlClient daemon() throws Problem {
        if (barkeeper.sysroot().isPresent() || barkeeper.snapshot().isPresent()) {
            throw Problem.usage(
                    "this verb is for the daemon; a captured tree or a snapshot cannot answer it",
                    "leave out --sysroot and --snapshot");
        }
        return connect().orElseThrow(() -> noDaemon("nobody listens there"));
    }

    /** Empty when no daemon runs; a socket that was named on the command line must answer. */
    private Optional<ControlClient> connect() throws Problem {
        try {
            return Optional.of(ControlClient.connect(barkeeper.socket()));
        } catch (IOException | IllegalArgumentException e) {
            if (e instanceof AccessDeniedException || isForbidden()) {
                if (barkeeper.namedSocket().isPresent()) {
                    throw notAllowed();
                }
                barkeeper.console().note("this user may not ask the daemon on " + barkeeper.socket());
                return Optional.empty();
            }
            if (barkeeper.namedSocket().isPresent()) {
                throw noDaemon(String.valueOf(e.getMessage()));
            }
            return Optional.empty();
        }
    }

    private boolean isForbidden() {
        return Files.exists(barkeeper.socket()) && !Files.isWritable(barkeeper.socket());
    }

    private Problem noDaemon(String why) {
        return new Problem(
                "BK-NO-DAEMON",
                ExitCode.NO_DAEMON,
                "no daemon on " + UnixDomainSocketAddress.of(barkeeper.socket()) + ": " + why,
                "systemctl start barkeeperd, or name its socket with --socket");
    }

    private Problem notAllowed() {
        return new Problem(
                "BK-NOT-PERMITTED",
                ExitCode.NOT_PERMITTED,
                "this user may not connect to " + barkeeper.socket(),
                "join the group barkeeper, or run it as root");
    }

    private static Problem closing(IOException failure) {
        return new Problem(
                "BK-DAEMON-GONE",
                ExitCode.NO_DAEMON,
                "the connection to the daemon broke: " + failure.getMessage(),
                "journalctl -u barkeeperd");
    }
}
