package io.barkeeper.transaction;

import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.Outcome;

/** A machine under a process that is killed right before an effect, which stands in the journal already. */
final class CutShort extends Forwarding {

    private int left;

    CutShort(Machine machine, int at) {
        super(machine);
        this.left = at;
    }

    @Override
    public Outcome perform(Effect effect) {
        left--;
        if (left == 0) {
            throw new CutOff.Killed();
        }
        return machine.perform(effect);
    }
}
