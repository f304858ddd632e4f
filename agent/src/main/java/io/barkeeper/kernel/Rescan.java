package io.barkeeper.kernel;

/**
 * {@code pci_rescan_bus()}: finds what is plugged in on a bus and below, sizes every unassigned window below the bus, and
 * assigns from the bus down. Nothing that is assigned is released, moved or tried again; but every unassigned window and
 * BAR in scope competes for space, and what was there before comes first on ties. Windows of the bridge above the bus
 * are not touched.
 */
final class Rescan {

    private final LiveTree tree;

    Rescan(LiveTree tree) {
        this.tree = tree;
    }

    /** {@code /sys/bus/pci/rescan}. */
    void everything() {
        for (LiveBus root : tree.roots) {
            bus(root);
        }
    }

    void bus(LiveBus bus) {
        new BusScan(tree).scan(bus);
        OptionalAddition.Queue optional = new OptionalAddition.Queue();
        new BridgeSizing(tree, optional).sizeBelow(bus);
        new TreeAssignment(tree, optional, null).assign(bus);
        optional.clear();
        Discovery.bindDrivers(tree);
    }
}
