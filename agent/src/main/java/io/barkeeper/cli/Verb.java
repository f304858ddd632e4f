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
        try {
            return run(barkeeper);
        } catch (OutOfMemoryError e) {
            throw new Problem(
                    "BK-MEMORY",
                    ExitCode.UNEXPECTED,
                    "the answer needs more than the " + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB that this process may use",
                    "ask about a machine with fewer functions");
        }
    }

    /** @return one of {@link ExitCode} */
    abstract int run(Barkeeper barkeeper) throws Problem, Refusal;
}
