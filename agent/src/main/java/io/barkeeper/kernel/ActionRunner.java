package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import org.jspecify.annotations.Nullable;

/** Carries one action out on a working tree. What the kernel would refuse is a doubt and changes nothing. */
final class ActionRunner {

    private final LiveTree tree;

    ActionRunner(LiveTree tree) {
        this.tree = tree;
    }

    /** Returns whether anything may have changed. */
    boolean run(Action action) {
        if (action instanceof Action.RescanAll) {
            new Rescan(tree).everything();
            return true;
        }
        if (action instanceof Action.RescanBus rescan) {
            return rescanBus(rescan);
        }
        if (action instanceof Action.SlotHotplug || action instanceof Action.SlotUnplug) {
            return new SlotEvents(tree).inNamedSlot(action);
        }
        if (action instanceof Action.Align align) {
            return align(align);
        }
        PciAddress address = addressOf(action);
        LiveFunction function = address == null ? null : tree.find(address);
        if (function == null || address == null) {
            if (address != null) {
                nobodyIs(address, action);
            }
            return false;
        }
        return runOn(function, action);
    }

    private void nobodyIs(PciAddress address, Action action) {
        tree.doubt(
                address,
                -1,
                isRemoved(address) ? "it was removed, so " + action + " finds nothing" : "no such function");
    }

    private boolean isRemoved(PciAddress address) {
        return tree.detached().stream().anyMatch(f -> f.address().equals(address));
    }

    /** The kernel takes powers of two; the text stays until it is replaced. It may name who is removed for the moment. */
    private boolean align(Action.Align action) {
        if (action.addresses().stream().noneMatch(a -> tree.find(a) != null || isRemoved(a))) {
            nobodyIs(action.addresses().get(0), action);
            return false;
        }
        if (Long.bitCount(action.size()) != 1) {
            String size = Long.toHexString(action.size());
            tree.doubt(action.addresses().get(0), -1, "an alignment is a power of two, and 0x" + size + " is none");
            return false;
        }
        tree.resourceAlignment = ResourceAlignment.of(action.entries());
        return true;
    }

    private boolean runOn(LiveFunction function, Action action) {
        if (action instanceof Action.Remove) {
            return remove(function);
        }
        if (action instanceof Action.Rescan) {
            new Rescan(tree).bus(function.bus);
            return true;
        }
        if (action instanceof Action.Hotplug hotplug) {
            return new SlotEvents(tree).plug(function, hotplug);
        }
        if (action instanceof Action.Unplug) {
            return new SlotEvents(tree).unplug(function);
        }
        if (action instanceof Action.SlotPower power) {
            return new SlotEvents(tree).power(function, power.on());
        }
        if (action instanceof Action.PowerLoss) {
            return new SlotEvents(tree).losePower(function);
        }
        if (action instanceof Action.Resize resize) {
            return new BarResize(tree).resize(function, resize);
        }
        return new RegisterActions(tree).run(function, action);
    }

    private boolean remove(LiveFunction function) {
        if (function.origin.isVirtualFunction()) {
            tree.doubt(function.address, -1, "a virtual function has no remove attribute");
            return false;
        }
        new Removal(tree).forget(function);
        return true;
    }

    private boolean rescanBus(Action.RescanBus rescan) {
        LiveBus bus = tree.bus(rescan.domain(), rescan.bus());
        if (bus == null) {
            PciAddress at = new PciAddress(rescan.domain(), rescan.bus(), 0, 0);
            tree.doubt(at, -1, String.format("there is no bus %04x:%02x", rescan.domain(), rescan.bus()));
            return false;
        }
        LiveFunction bridge = bus.bridge;
        if (bridge == null || !bus.functions.isEmpty()) {
            new Rescan(tree).bus(bus);
            return true;
        }
        new BusScan(tree).scan(bus);
        new BridgeResize(tree).resize(bridge);
        Discovery.bindDrivers(tree);
        return true;
    }

    private static @Nullable PciAddress addressOf(Action action) {
        if (action instanceof Action.Remove a) {
            return a.address();
        }
        if (action instanceof Action.Rescan a) {
            return a.address();
        }
        if (action instanceof Action.Hotplug a) {
            return a.port();
        }
        if (action instanceof Action.Unplug a) {
            return a.port();
        }
        if (action instanceof Action.SlotPower a) {
            return a.port();
        }
        if (action instanceof Action.PowerLoss a) {
            return a.address();
        }
        if (action instanceof Action.Resize a) {
            return a.address();
        }
        return RegisterActions.addressOf(action);
    }
}
