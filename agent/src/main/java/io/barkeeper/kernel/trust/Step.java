package io.barkeeper.kernel.trust;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.PciFunction;
import java.util.List;

/**
 * Something that the kernel did by itself.
 *
 * @param action that the model is asked about
 * @param plugged what arrived, each bridge before what is below it; empty for a departure
 */
public record Step(Action action, List<PciFunction> plugged) {

    public Step {
        plugged = List.copyOf(plugged);
    }

    @Override
    public String toString() {
        return action.toString();
    }
}
