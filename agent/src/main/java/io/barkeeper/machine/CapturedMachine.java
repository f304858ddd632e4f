package io.barkeeper.machine;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Usage;
import java.util.Collection;

/**
 * A machine of which only a record is left, a captured tree: nothing can be changed, and nobody can be asked who uses a
 * device, so every function counts as idle ({@link Usage#IDLE_NOTE}).
 */
public final class CapturedMachine extends ReadOnlyMachine {

    /**
     * @param record what reads the record
     * @param why nothing may be changed, one sentence without a full stop
     */
    public CapturedMachine(Machine record, String why) {
        super(record, why);
    }

    @Override
    public Usage usage(Topology topology, Collection<PciAddress> functions) {
        return Usage.idle(functions);
    }
}
