package io.barkeeper.plan;

import io.barkeeper.kernel.DeviceSpec;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Selector;
import java.util.Optional;

/**
 * A lasting wish of an administrator: that such a device could be hot-added in this port at any time.
 *
 * @param port by address or, which survives a change of bus numbers, by path from the root
 * @param device what should fit
 */
public record Wish(Selector.Place port, DeviceSpec device) {

    /** The port; empty when the kernel knows none there. */
    public Optional<PciFunction> portIn(Topology topology) {
        return topology.functions().stream()
                .filter(f -> port.matches(topology, f))
                .findFirst();
    }

    @Override
    public String toString() {
        return port.text() + "=" + device;
    }
}
