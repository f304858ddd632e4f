package io.barkeeper.transaction;

import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;

/** A machine that remembers how it was before each effect that writes. */
final class Moments extends Forwarding {

    private final List<Topology> before = new ArrayList<>();

    Moments(Machine machine) {
        super(machine);
    }

    /** The machine before each write, in order. */
    List<Topology> beforeWrites() {
        return List.copyOf(before);
    }

    @Override
    public Outcome perform(Effect effect) {
        if (!(effect instanceof Effect.AwaitDrivers) && !(effect instanceof Effect.AwaitAttachments)) {
            try {
                before.add(machine.observe());
            } catch (MachineException e) {
                throw new IllegalStateException(e);
            }
        }
        return machine.perform(effect);
    }
}
