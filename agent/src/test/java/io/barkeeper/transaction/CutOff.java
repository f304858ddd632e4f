package io.barkeeper.transaction;

import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.Outcome;
import java.io.Serial;

/** A machine under a process that is killed right after an effect. */
public final class CutOff extends Forwarding {

    private int left;

    public CutOff(Machine machine, int after) {
        super(machine);
        this.left = after;
    }

    /** The process is no more. */
    public static final class Killed extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;
    }

    @Override
    public Outcome perform(Effect effect) {
        Outcome outcome = machine.perform(effect);
        left--;
        if (left == 0) {
            throw new Killed();
        }
        return outcome;
    }
}
