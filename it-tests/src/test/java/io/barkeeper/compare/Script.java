package io.barkeeper.compare;

import io.barkeeper.diagnosis.Works;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The script that people use: remove the nearest bridge above the device, rescan; when the device still does not work, remove the
 * root port, rescan. It asks nobody whether a device is in use.
 */
final class Script {
    private Script() {}

    /** The devices it is run for, one after the other: function 0 of each newcomer, then of what the hot-add broke. */
    static List<PciAddress> inTrouble(Trouble trouble) {
        TreeSet<PciAddress> all = new TreeSet<>(trouble.newcomers());
        all.addAll(trouble.collateral());
        return List.copyOf(all);
    }

    static boolean works(Trouble trouble, Topology now, PciAddress device) {
        return new Works(now, trouble.history()).works(device);
    }

    /** The bridge that it removes; empty for a device on a root bus, or one that is not there any more. */
    static Optional<PciAddress> bridgeAbove(Topology topology, PciAddress device, boolean root) {
        Optional<PciAddress> bridge = topology.find(device).flatMap(PciFunction::parent);
        while (root && bridge.isPresent()) {
            Optional<PciAddress> above = bridge.flatMap(topology::find).flatMap(PciFunction::parent);
            if (above.isEmpty()) {
                return bridge;
            }
            bridge = above;
        }
        return bridge;
    }
}
