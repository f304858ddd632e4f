package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.control.Refusal;
import io.barkeeper.control.View;
import java.util.List;

/**
 * A read-only verb. The daemon answers it, or it is answered here from a captured tree, a snapshot or the machine: with
 * the same function, so that the answers agree.
 */
abstract class Question extends Verb {

    Question(Barkeeper barkeeper) {
        super(barkeeper);
    }

    /** The method of the control socket. */
    abstract String method();

    /** The parameters of the method. */
    JsonObject params() throws Problem {
        return new JsonObject();
    }

    /** The answer without a daemon. */
    abstract JsonObject answer(View view) throws Problem, Refusal;

    /** The answer as text. */
    abstract List<String> text(Answer answer, int columns);

    /** Whether an answer is worth nothing without the registers, which only root can read on the live machine. */
    boolean needsRegisters() {
        return false;
    }

    /** Whether only this process can answer, though the machine is the daemon's. */
    boolean isAnsweredHere() {
        return false;
    }

    /** The exit code that an answer stands for. */
    int exit(Answer answer) {
        return ExitCode.DONE;
    }

    /** Prints an answer; for {@code --json} as it is. */
    void print(Barkeeper barkeeper, JsonObject json, Answer answer) throws Problem {
        Console console = barkeeper.console();
        if (barkeeper.json()) {
            console.print(json);
        } else {
            console.print(text(answer, console.columns()));
        }
    }

    @Override
    int run(Barkeeper barkeeper) throws Problem, Refusal {
        JsonObject json = new Sources(barkeeper).ask(this);
        Answer answer = new Answer(json);
        print(barkeeper, json, answer);
        return exit(answer);
    }
}
