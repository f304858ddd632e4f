package io.barkeeper.transaction;

import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Usage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A machine that remembers how it was before each effect that writes. */
final class Moments implements Machine {

    private final Machine machine;
    private final List<Topology> before = new ArrayList<>();

    Moments(Machine machine) {
        this.machine = machine;
    }

    /** The machine before each write, in order. */
    List<Topology> beforeWrites() {
        return List.copyOf(before);
    }

    @Override
    public Topology observe() throws MachineException {
        return machine.observe();
    }

    @Override
    public Usage usage(Topology topology, Collection<PciAddress> functions) throws MachineException {
        return machine.usage(topology, functions);
    }

    @Override
    public Map<String, String> settings(Collection<PciAddress> functions) {
        return machine.settings(functions);
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

    @Override
    public void close() {
        machine.close();
    }
}
