package io.barkeeper.daemon;

import io.barkeeper.control.View;
import io.barkeeper.diagnosis.Diagnosis;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Policy;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Looks at the machine: observe, ask who uses what, judge who may move, diagnose. It writes nothing. */
final class Surveyor {

    private final Machine machine;
    private final Pins pins;
    private volatile PolicyRules rules;
    private final KernelModel model;
    private final BootMemory memory;
    private final Notes notes;
    private final LongSupplier micros;

    Surveyor(
            Machine machine,
            Pins pins,
            PolicyRules rules,
            KernelModel model,
            BootMemory memory,
            Notes notes,
            LongSupplier micros) {
        this.machine = machine;
        this.pins = pins;
        this.rules = rules;
        this.model = model;
        this.memory = memory;
        this.notes = notes;
        this.micros = micros;
    }

    /** From the next look on these rules count. */
    void rules(PolicyRules newRules) {
        rules = newRules;
    }

    /** Looks, and leaves the memory of this boot as it is. */
    Situation glance() throws MachineException {
        Topology topology = machine.observe();
        PolicyRules pinned = pins.on(topology, rules);
        Usage usage = machine.usage(topology, Policy.worthAsking(topology, pinned));
        Map<PciAddress, Movability> movability = Policy.judge(topology, usage, pinned);
        List<Trouble> troubles = Diagnosis.examine(topology, memory.history());
        View view = new View(topology, memory.history(), movability, model, notes.current(), machine.configWritable());
        return new Situation(view, troubles, Instant.now(), micros.getAsLong());
    }

    /** Looks, and remembers what was seen: for a machine that has settled. */
    Situation look() throws MachineException {
        Situation situation = glance();
        memory.seen(situation.view().topology(), Diagnosis.isGood(situation.troubles()));
        return situation;
    }
}
