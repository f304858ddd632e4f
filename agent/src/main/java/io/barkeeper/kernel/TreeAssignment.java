package io.barkeeper.kernel;

import io.barkeeper.pci.ResourceFlags;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assigns a bus and all below it, from the top down ({@code __pci_bus_assign_resources()}). A bridge's registers are
 * written only while the bridge is not enabled: a window that an enabled bridge gains is open in the kernel's books and
 * closed in hardware.
 */
final class TreeAssignment {

    private static final long TYPE = ResourceFlags.IO | ResourceFlags.MEM | ResourceFlags.PREFETCH;

    private final LiveTree tree;
    private final BusAssignment assignment;
    private final @Nullable List<Failure> failures;

    TreeAssignment(LiveTree tree, OptionalAddition.Queue optional, @Nullable List<Failure> failures) {
        this.tree = tree;
        this.assignment = BusAssignment.of(tree, optional);
        this.failures = failures;
    }

    void assign(LiveBus bus) {
        assignment.assign(AssignmentQueue.ofBus(tree, bus), failures);
        for (LiveFunction function : bus.functions) {
            placeFixed(function);
            if (function.secondary != null) {
                assign(function.secondary);
                if (function.enableCount == 0) {
                    BridgeRegisters.program(tree, function);
                }
            }
        }
    }

    /** {@code __pci_bridge_assign_resources()}: a bridge's own windows, all below it, and its registers in any case. */
    void assignBridge(LiveFunction bridge) {
        assignment.assign(AssignmentQueue.ofFunction(tree, bridge), failures);
        if (bridge.secondary != null) {
            assign(bridge.secondary);
            if (bridge.isPciBridge()) {
                BridgeRegisters.program(tree, bridge);
            }
        }
    }

    /** {@code pdev_assign_fixed_resources()}: exactly where they are, in the first window that contains them. */
    private static void placeFixed(LiveFunction function) {
        for (LiveResource r : function.rows) {
            if (r == null || r.assigned() || !r.has(ResourceFlags.PCI_FIXED)) {
                continue;
            }
            for (LiveBus bus = function.bus; bus != null && !r.assigned(); bus = bus.parent()) {
                for (LiveResource window : bus.windows) {
                    boolean matches = ((window.flags ^ r.flags) & TYPE) == 0;
                    if (matches && !r.assigned() && window.contains(r.start, r.end)) {
                        window.insert(r);
                    }
                }
            }
        }
    }
}
