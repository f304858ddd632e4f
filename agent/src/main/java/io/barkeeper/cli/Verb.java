package io.barkeeper.cli;

import io.barkeeper.control.Refusal;
import java.util.concurrent.Callable;

/** What all verbs have: the options of the command above, and an exit code. */
abstract class Verb implements Callable<Integer> {

    private final Barkeeper barkeeper;

    Verb(Barkeeper barkeeper) {
        this.barkeeper = barkeeper;
    }

    @Override
    public final Integer call() throws Problem, Refusal {
        return run(barkeeper);
    }

    /** @return one of {@link ExitCode} */
    abstract int run(Barkeeper barkeeper) throws Problem, Refusal;
}
