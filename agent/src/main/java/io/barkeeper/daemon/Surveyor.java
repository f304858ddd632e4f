package io.barkeeper.daemon;

import io.barkeeper.config.Config;
import io.barkeeper.control.View;
import io.barkeeper.diagnosis.Diagnosis;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Preferences;
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
    private volatile Preferences preferences;
    private final MeasuredOutages outages;
    private final KernelModel model;
    private final BootMemory memory;
    private final Notes notes;
    private final LongSupplier micros;

    Surveyor(
            Machine machine,
            Pins pins,
            Config config,
            MeasuredOutages outages,
            KernelModel model,
            BootMemory memory,
            Notes notes,
            LongSupplier micros) {
        this.machine = machine;
        this.pins = pins;
        this.rules = config.rules();
        this.preferences = config.preferences();
        this.outages = outages;
        this.model = model;
        this.memory = memory;
        this.notes = notes;
        this.micros = micros;
    }

    /** From the next look on its rules and preferences count. */
    void take(Config config) {
        rules = config.rules();
        preferences = config.preferences();
    }

    /** Looks, and leaves the memory of this boot as it is. */
    Situation glance() throws MachineException {
        Topology topology = machine.observe();
        PolicyRules pinned = pins.on(topology, rules);
        Usage usage = machine.usage(topology, Policy.worthAsking(topology, pinned));
        Map<PciAddress, Movability> movability = Policy.judge(topology, usage, pinned);
        List<Trouble> troubles = Diagnosis.examine(topology, memory.history());
        View view = new View(
                topology,
                memory.history(),
                movability,
                model,
                notes.current(),
                machine.configWritable(),
                preferences.measured(outages.millis()));
        return new Situation(view, troubles, Instant.now(), micros.getAsLong());
    }

    /** Looks, and remembers what was seen: for a machine that has settled. */
    Situation look() throws MachineException {
        Situation situation = glance();
        memory.seen(situation.view().topology(), Diagnosis.isGood(situation.troubles()));
        return situation;
    }
}
