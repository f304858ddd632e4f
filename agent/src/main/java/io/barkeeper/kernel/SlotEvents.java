package io.barkeeper.kernel;

import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What happens in a slot or to its power: arrival, departure, slot power, and registers lost below a bridge. */
final class SlotEvents {

    private static final int DEVICES_ON_A_BUS = 32;

    private final LiveTree tree;

    SlotEvents(LiveTree tree) {
        this.tree = tree;
    }

    private boolean refuse(LiveFunction function, String why) {
        tree.doubt(function.address, -1, why);
        return false;
    }

    boolean plug(LiveFunction port, Action.Hotplug action) {
        LiveBus bus = port.secondary;
        if (bus == null) {
            return refuse(port, port.isBridge() ? "no bus number was left for what is behind it" : "it is no port");
        }
        long key = BusScan.keyOf(bus);
        boolean oneSlot = port.origin.type().isDownstreamOrRoot();
        if (!action.acpi() || oneSlot) {
            boolean taken = !bus.functions.isEmpty() || !tree.waiting(key).isEmpty();
            if (taken) {
                return refuse(port, "its slot is occupied");
            }
        }
        if (!action.acpi()) {
            if (!port.hotplug) {
                return refuse(port, "it is no hot-plug port");
            }
            PluggedDevice.plug(tree, bus, key, 0, action.device());
            new HotAdd(tree).throughPciehp(port, bus);
            return true;
        }
        int device = oneSlot ? 0 : firstFreeDevice(bus, key);
        if (!oneSlot) {
            tree.doubt(port.address, -1, "which slot of its bus the device is in is assumed: number " + device);
        }
        PluggedDevice.plug(tree, bus, key, device, action.device());
        new HotAdd(tree).throughAcpi(bus, device);
        return true;
    }

    private int firstFreeDevice(LiveBus bus, long key) {
        for (int device = 0; device < DEVICES_ON_A_BUS; device++) {
            int wanted = device;
            boolean taken = bus.functions.stream().anyMatch(f -> f.address.device() == wanted)
                    || tree.waiting(key).stream().anyMatch(f -> f.address().device() == wanted);
            if (!taken) {
                return device;
            }
        }
        return 0;
    }

    boolean unplug(LiveFunction port) {
        LiveBus bus = port.secondary;
        if (bus == null
                || (bus.functions.isEmpty() && tree.waiting(BusScan.keyOf(bus)).isEmpty())) {
            return refuse(port, "nothing is in its slot");
        }
        if (!port.origin.type().isDownstreamOrRoot() && bus.functions.size() > 1) {
            tree.doubt(port.address, -1, "which device leaves the bus behind it is not said: all are taken");
        }
        HotAdd.unplug(tree, bus);
        return true;
    }

    /** Off: everything in the slot is removed and loses its registers. On: a hot-add of what is in the slot. */
    boolean power(LiveFunction port, boolean on) {
        LiveBus bus = port.secondary;
        if (bus == null || !port.hotplug) {
            return refuse(port, "it has no slot whose power can be switched");
        }
        tree.doubt(port.address, -1, Risk.SLOT_POWER);
        if (on) {
            new HotAdd(tree).throughPciehp(port, bus);
            return true;
        }
        for (LiveFunction function : new ArrayList<>(bus.functions)) {
            new Removal(tree).forget(function);
        }
        resetWaiting(BusScan.keyOf(bus));
        return true;
    }

    /** The kernel does not notice: what it believes stays, the registers below are at their reset values. */
    boolean losePower(LiveFunction bridge) {
        LiveBus bus = bridge.secondary;
        if (bus == null) {
            return refuse(bridge, "nothing is below it");
        }
        loseRegisters(bus);
        return true;
    }

    private void loseRegisters(LiveBus bus) {
        for (LiveFunction function : bus.functions) {
            for (LiveResource row : function.rows) {
                if (row != null) {
                    row.registers = resetValue(function, row);
                }
            }
            if (function.command.isPresent()) {
                function.command = OptionalInt.of(0);
            }
            if (function.isBridge()) {
                function.busNumbersCleared = true;
            }
            if (function.secondary != null) {
                loseRegisters(function.secondary);
            }
        }
        resetWaiting(BusScan.keyOf(bus));
    }

    private static Decoded resetValue(LiveFunction function, LiveResource row) {
        ResourceKind kind = row.kind;
        Resource asRow = Resource.unassigned(row.index, kind, 0, java.util.OptionalLong.of(0), row.registers);
        return PluggedDevice.resetValue(function.origin, asRow);
    }

    private void resetWaiting(long key) {
        List<PciFunction> there = tree.takeDetached(key);
        for (PciFunction function : there) {
            if (function.isBridge()) {
                resetWaiting(tree.keyBelow(function, key));
            }
            tree.detach(PluggedDevice.afterReset(function), key);
        }
    }
}
