package io.barkeeper.transaction;

import io.barkeeper.machine.Effect;

/** What the state machine wants next: something done, or a look at the whole machine. */
public sealed interface Command {

    /** Carry this out, journalled before; answered by {@link Event.Performed}. */
    record Do(Effect effect) implements Command {
        @Override
        public String toString() {
            return effect.toString();
        }
    }

    /**
     * Read the machine; answered by {@link Event.Observed} or {@link Event.Unobservable}.
     *
     * @param why what is checked, for the progress
     */
    record Look(String why) implements Command {
        @Override
        public String toString() {
            return why;
        }
    }
}
