package io.barkeeper.kernel;

import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A device arrives in a slot. Under pciehp ({@code pciehp_configure_device()}) the functions of device 0 are found,
 * bridges get numbers, and the port is sized anew ({@link BridgeResize}). Under acpiphp ({@code enable_slot()}) every
 * slot of the bus is looked at again, the port above stays as it is, and there is no second try.
 */
final class HotAdd {

    private final LiveTree tree;

    HotAdd(LiveTree tree) {
        this.tree = tree;
    }

    /** The device behind the port is already plugged in and waits to be found. */
    void throughPciehp(LiveFunction port, LiveBus bus) {
        BusScan scan = new BusScan(tree);
        for (LiveFunction function : scan.findFunctions(bus, BusScan.keyOf(bus))) {
            if (function.isBridge()) {
                scan.addHotBridge(function);
            }
        }
        new BridgeResize(tree).resize(port);
        Discovery.bindDrivers(tree);
    }

    /** Like {@link #throughPciehp}; {@code device} is the number of the slot that firmware named. */
    void throughAcpi(LiveBus bus, int device) {
        boolean news = tree.waiting(BusScan.keyOf(bus)).stream()
                .anyMatch(f -> f.address().device() == device);
        if (!news) {
            return;
        }
        BusScan scan = new BusScan(tree);
        scan.findFunctions(bus, BusScan.keyOf(bus), device);
        TreeSet<Integer> slots = new TreeSet<>();
        bus.functions.forEach(f -> slots.add(f.address.device()));
        tree.waiting(BusScan.keyOf(bus)).forEach(f -> slots.add(f.address().device()));
        for (int slot : slots) {
            enableSlot(bus, slot);
        }
        Discovery.bindDrivers(tree);
    }

    private void enableSlot(LiveBus bus, int device) {
        BusScan scan = new BusScan(tree);
        scan.findFunctions(bus, BusScan.keyOf(bus), device);
        List<LiveFunction> bridges = bus.functions.stream()
                .filter(f -> f.isBridge() && f.address.device() == device)
                .toList();
        int max = highestBus(bus);
        for (LiveFunction bridge : bridges) {
            max = scan.scanConfigured(bridge, max);
        }
        OptionalAddition.Queue optional = new OptionalAddition.Queue();
        for (LiveFunction bridge : bridges) {
            max = scan.scanUnconfigured(bridge, max, 0);
            LiveBus below = bridge.secondary;
            if (below != null) {
                markHotplug(bridge);
                if (tree.options.x86()) {
                    new ClaimPass(tree).claim(below);
                }
                new BridgeSizing(tree, optional).size(below);
            }
        }
        new TreeAssignment(tree, optional, null).assign(bus);
        optional.clear();
        removeUnplaced(bus);
    }

    private static int highestBus(LiveBus bus) {
        int max = bus.number;
        for (LiveFunction function : bus.functions) {
            max = function.secondary == null ? max : Math.max(max, function.secondary.last);
        }
        return max;
    }

    /** Firmware describes function 0 of a slot; a bridge there counts as a hot-plug bridge from now on. */
    private void markHotplug(LiveFunction bridge) {
        boolean spared = tree.generation.sparesUpstreamPortsInAcpi() && bridge.origin.type() == PortType.UPSTREAM_PORT;
        if (bridge.address.function() == 0 && !spared) {
            bridge.hotplug = true;
        }
    }

    /** {@code acpiphp_sanitize_bus()}: what kept a size without an address is removed again. */
    private void removeUnplaced(LiveBus bus) {
        for (LiveFunction function : new ArrayList<>(bus.functions)) {
            for (int i = 0; i < io.barkeeper.pci.Resource.WINDOW_IO; i++) {
                LiveResource r = function.rows[i];
                if (r != null && r.flags != 0 && r.start == 0 && r.end != 0) {
                    new Removal(tree).forget(function);
                    break;
                }
            }
        }
    }

    /** What sits in the slot leaves: known or not, with all below it. */
    static void unplug(LiveTree tree, LiveBus bus) {
        for (LiveFunction function : new ArrayList<>(bus.functions)) {
            new Removal(tree).unplug(function);
        }
        dropWaiting(tree, BusScan.keyOf(bus));
    }

    /** The same where firmware names one slot of several. */
    static void unplug(LiveTree tree, LiveBus bus, int device) {
        for (LiveFunction function : new ArrayList<>(bus.functions)) {
            if (function.address.device() == device) {
                new Removal(tree).unplug(function);
            }
        }
        long key = BusScan.keyOf(bus);
        for (PciFunction waiting : tree.takeDetached(key)) {
            if (waiting.address().device() != device) {
                tree.detach(waiting, key);
            } else if (waiting.isBridge()) {
                dropWaiting(tree, tree.keyBelow(waiting, key));
            }
        }
    }

    private static void dropWaiting(LiveTree tree, long key) {
        for (PciFunction function : tree.takeDetached(key)) {
            if (function.isBridge()) {
                dropWaiting(tree, tree.keyBelow(function, key));
            }
        }
    }
}
