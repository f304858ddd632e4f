package io.barkeeper.transaction;

import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Usage;
import java.util.Collection;
import java.util.Map;

/** A machine under a process that is killed right before an effect, which stands in the journal already. */
final class CutShort implements Machine {

    private final Machine machine;
    private int left;

    CutShort(Machine machine, int at) {
        this.machine = machine;
        this.left = at;
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
        left--;
        if (left == 0) {
            throw new CutOff.Killed();
        }
        return machine.perform(effect);
    }

    @Override
    public void close() {
        machine.close();
    }
}
