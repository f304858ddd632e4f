package io.barkeeper.machine;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Usage;
import java.util.Collection;
import java.util.Map;

/**
 * A machine of which only a record is left, a captured tree: nothing can be changed, and nobody can be asked who uses a
 * device, so every function counts as idle ({@link Usage#IDLE_NOTE}).
 */
public final class CapturedMachine implements Machine {

    private final Machine behind;

    /**
     * @param record what reads the record
     * @param why nothing may be changed, one sentence without a full stop
     */
    public CapturedMachine(Machine record, String why) {
        this.behind = new ReadOnlyMachine(record, why);
    }

    @Override
    public Topology observe() throws MachineException {
        return behind.observe();
    }

    @Override
    public Usage usage(Topology topology, Collection<PciAddress> functions) {
        return Usage.idle(functions);
    }

    @Override
    public Outcome perform(Effect effect) {
        return behind.perform(effect);
    }

    @Override
    public Map<String, String> settings(Collection<PciAddress> functions) {
        return behind.settings(functions);
    }

    @Override
    public boolean configWritable() {
        return behind.configWritable();
    }

    @Override
    public void recall(Topology earlier) {
        behind.recall(earlier);
    }

    @Override
    public void close() {
        behind.close();
    }
}
