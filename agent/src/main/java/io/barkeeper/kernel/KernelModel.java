package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What one family of kernel releases does with PCI resources. Pure: the same input gives the same output. */
public interface KernelModel {

    /** For people and for {@code barkeeper status}: {@code 6.12 (K612)}, or two of them for a release in between. */
    String name();

    /**
     * The machine after one action. An action that the kernel would refuse (an unknown function, a window of a bridge
     * that has none) leaves the machine as it is and is reported as a doubt.
     */
    Prediction apply(Topology before, Action action);

    /** False for a kernel older or newer than every release that was checked: then each prediction carries a doubt. */
    default boolean isKnown() {
        return true;
    }

    /** The same model with traces; without, they are empty and cost nothing. */
    default KernelModel traced() {
        return this;
    }

    /** The same model without traces: what every model is until {@link #traced()} is asked. */
    default KernelModel quiet() {
        return this;
    }

    /** The machine after several actions in a row; doubts and traces add up. */
    default Prediction applyAll(Topology before, List<Action> actions) {
        Topology now = before;
        List<Doubt> doubts = new ArrayList<>();
        List<TraceLine> trace = new ArrayList<>();
        Set<PciAddress> homeless = new HashSet<>();
        for (Action action : actions) {
            Prediction step = apply(now, action);
            now = step.after();
            doubts.addAll(step.doubts());
            trace.addAll(step.trace());
            homeless.addAll(step.homeless());
        }
        return new Prediction(now, doubts, trace, homeless);
    }
}
