package io.barkeeper.transaction;

import io.barkeeper.machine.Hindrance;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Usage;
import io.barkeeper.snapshot.SlotMessage;
import io.barkeeper.snapshot.TreeContradictions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A machine that is another one to whoever looks; what becomes of an effect is the affair of those that extend it. */
public abstract class Forwarding implements Machine {

    /** The one behind. */
    protected final Machine machine;

    protected Forwarding(Machine machine) {
        this.machine = machine;
    }

    @Override
    public final Topology observe() throws MachineException {
        return machine.observe();
    }

    @Override
    public final Usage usage(Topology topology, Collection<PciAddress> functions) throws MachineException {
        return machine.usage(topology, functions);
    }

    @Override
    public final Map<String, String> settings(Collection<PciAddress> functions) {
        return machine.settings(functions);
    }

    @Override
    public final Map<PciAddress, Integer> payloads(Collection<PciAddress> functions) {
        return machine.payloads(functions);
    }

    @Override
    public final Set<PciAddress> emptySlots(Collection<PciAddress> ports, Set<PciAddress> watched) {
        return machine.emptySlots(ports, watched);
    }

    @Override
    public final List<TreeContradictions.Contradiction> contradictions(Topology now) {
        return machine.contradictions(now);
    }

    @Override
    public final List<Hindrance> hindrances(Topology now, Collection<PciAddress> scope) {
        return machine.hindrances(now, scope);
    }

    @Override
    public final Optional<Hindrance> goingDown() {
        return machine.goingDown();
    }

    @Override
    public Vigil vigil(String why) {
        return machine.vigil(why);
    }

    @Override
    public final boolean configWritable() {
        return machine.configWritable();
    }

    @Override
    public final Optional<List<SlotMessage>> slotMessages() {
        return machine.slotMessages();
    }

    @Override
    public final void recall(Topology earlier) {
        machine.recall(earlier);
    }

    @Override
    public final void close() {
        machine.close();
    }
}
