package io.barkeeper.control;

import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Preferences;
import io.barkeeper.policy.Movability;
import java.util.List;
import java.util.Map;

/**
 * Everything that an answer is made from: one look at a machine, be it by the daemon, or by the CLI on a tree, a
 * snapshot or the machine itself.
 *
 * @param topology the machine at one moment
 * @param history what is remembered of this boot; {@link History#NONE} where nobody remembers
 * @param movability who may move; a function that is missing here may not
 * @param model what the running kernel does
 * @param notes what could not be read or is not certain, each one sentence for an operator
 * @param configWritable whether config space can be written; false under kernel lockdown
 * @param preferences what the administrator prefers and what was measured here
 */
public record View(
        Topology topology,
        History history,
        Map<PciAddress, Movability> movability,
        KernelModel model,
        List<String> notes,
        boolean configWritable,
        Preferences preferences) {

    /** A view of a machine whose config space can be written. */
    public View(
            Topology topology,
            History history,
            Map<PciAddress, Movability> movability,
            KernelModel model,
            List<String> notes) {
        this(topology, history, movability, model, notes, true, Preferences.NONE);
    }

    public View {
        movability = Map.copyOf(movability);
        notes = List.copyOf(notes);
    }
}
