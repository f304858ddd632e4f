package io.barkeeper.machine;

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

/** A machine that can be looked at only: every effect is refused before it reaches the one behind. */
public class ReadOnlyMachine implements Machine {

    /** Operation not permitted, as include/uapi/asm-generic/errno-base.h numbers it. */
    private static final int EPERM = 1;

    private final Machine behind;
    private final String why;

    /** @param why nothing may be changed, one sentence without a full stop */
    public ReadOnlyMachine(Machine behind, String why) {
        this.behind = behind;
        this.why = why;
    }

    @Override
    public final Topology observe() throws MachineException {
        return behind.observe();
    }

    @Override
    public Usage usage(Topology topology, Collection<PciAddress> functions) throws MachineException {
        return behind.usage(topology, functions);
    }

    @Override
    public final Outcome perform(Effect effect) {
        return new Outcome.Failed(EPERM, "'" + effect + "' was not done: " + why);
    }

    @Override
    public final Map<String, String> settings(Collection<PciAddress> functions) {
        return behind.settings(functions);
    }

    @Override
    public final List<Hindrance> hindrances(Topology now, Collection<PciAddress> scope) {
        return behind.hindrances(now, scope);
    }

    @Override
    public final List<TreeContradictions.Contradiction> contradictions(Topology now) {
        return behind.contradictions(now);
    }

    @Override
    public final boolean configWritable() {
        return behind.configWritable();
    }

    @Override
    public final Optional<List<SlotMessage>> slotMessages() {
        return behind.slotMessages();
    }

    @Override
    public final Map<PciAddress, Integer> payloads(Collection<PciAddress> functions) {
        return behind.payloads(functions);
    }

    @Override
    public final Set<PciAddress> emptySlots(Collection<PciAddress> ports, Set<PciAddress> watched) {
        return behind.emptySlots(ports, watched);
    }

    @Override
    public final void recall(Topology earlier) {
        behind.recall(earlier);
    }

    @Override
    public final void close() {
        behind.close();
    }
}
