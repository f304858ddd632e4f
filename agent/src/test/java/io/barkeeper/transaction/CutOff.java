package io.barkeeper.transaction;

import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Usage;
import java.io.Serial;
import java.util.Collection;
import java.util.Map;

/** A machine under a process that is killed right after an effect. */
public final class CutOff implements Machine {

    private final Machine machine;
    private int left;

    public CutOff(Machine machine, int after) {
        this.machine = machine;
        this.left = after;
    }

    /** The process is no more. */
    public static final class Killed extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;
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
        Outcome outcome = machine.perform(effect);
        left--;
        if (left == 0) {
            throw new Killed();
        }
        return outcome;
    }

    @Override
    public void close() {
        machine.close();
    }
}
