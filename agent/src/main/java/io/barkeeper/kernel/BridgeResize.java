package io.barkeeper.kernel;

import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * {@code pci_assign_unassigned_bridge_resources()}: what pciehp does with a new device, and a rescan of an empty bus with
 * the bridge above it. The bridge's own windows are sized too. When something finds no place, windows are released
 * ({@link WindowRelease}) and all is tried once more; what is still homeless then stays so.
 */
final class BridgeResize {

    private static final int TRIES = 2;

    private final LiveTree tree;

    BridgeResize(LiveTree tree) {
        this.tree = tree;
    }

    void resize(LiveFunction bridge) {
        LiveBus below = bridge.secondary;
        if (below == null) {
            return;
        }
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            List<Failure> failures = new ArrayList<>();
            OptionalAddition.Queue optional = new OptionalAddition.Queue();
            new BridgeSizing(tree, optional).size(below);
            if (bridge.hotplug) {
                new Distribution(tree, optional).distribute(bridge);
            }
            new TreeAssignment(tree, optional, failures).assignBridge(bridge);
            optional.clear();
            if (failures.isEmpty() || attempt == TRIES) {
                break;
            }
            if (tree.trace.isOn()) {
                tree.trace.say("PCI: No. " + (attempt + 1) + " try to assign unassigned res");
            }
            for (Failure failure : failures) {
                if (failure.resource().owner != null) {
                    tree.foundNoPlace(failure.resource().owner);
                }
            }
            new WindowRelease(tree).release(failures);
        }
        reenable(bridge);
    }

    /** {@code pci_reenable_device()}: the decode bits of an enabled bridge follow its windows. */
    private static void reenable(LiveFunction bridge) {
        if (bridge.enableCount == 0 || bridge.command.isEmpty()) {
            return;
        }
        int bits = Discovery.decodeBits(bridge);
        for (int i = Resource.WINDOW_IO; i <= Resource.WINDOW_PREF; i++) {
            if (bridge.row(i).assigned()) {
                bits |= i == Resource.WINDOW_IO ? PciFunction.COMMAND_IO : PciFunction.COMMAND_MEMORY;
            }
        }
        bridge.command = OptionalInt.of(bridge.command.getAsInt() | bits);
    }
}
