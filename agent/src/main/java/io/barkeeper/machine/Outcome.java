package io.barkeeper.machine;

import io.barkeeper.policy.Holder;
import java.util.List;

/** What came of an effect. */
public sealed interface Outcome {

    /** Done; {@code detail} is what was read back, or empty. */
    record Done(String detail) implements Outcome {}

    /**
     * The kernel refused.
     *
     * @param errno the error number, 0 when there was none
     * @param message for an operator
     */
    record Failed(int errno, String message) implements Outcome {}

    /** Somebody has begun to use the device: nothing was written. */
    record Vetoed(List<Holder> holders) implements Outcome {
        public Vetoed {
            holders = List.copyOf(holders);
        }
    }

    /** The write did not return within its deadline and cannot be taken back. */
    record Stuck(String where) implements Outcome {}

    static Outcome done() {
        return new Done("");
    }
}
