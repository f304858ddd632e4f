package io.barkeeper.kernel;

import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

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
        int device = oneSlot ? 0 : firstFreeDevice(bus);
        if (!oneSlot) {
            tree.doubt(port.address, -1, "which slot of its bus the device is in is assumed: number " + device);
        }
        PluggedDevice.plug(tree, bus, key, device, action.device());
        new HotAdd(tree).throughAcpi(bus, device);
        return true;
    }

    /** Arrival in, or departure from, a slot that firmware names by its number; only acpiphp has such slots. */
    boolean inNamedSlot(Action action) {
        if (action instanceof Action.SlotHotplug arrival) {
            LiveBus bus = tree.bus(arrival.domain(), arrival.bus());
            return bus == null
                    ? refuse(arrival.domain(), arrival.bus(), "there is no such bus")
                    : plugInto(bus, arrival.device(), arrival.spec());
        }
        if (action instanceof Action.SlotUnplug departure) {
            LiveBus bus = tree.bus(departure.domain(), departure.bus());
            if (bus == null || !isTaken(bus, departure.device())) {
                return refuse(departure.domain(), departure.bus(), "nothing is in that slot");
            }
            HotAdd.unplug(tree, bus, departure.device());
            return true;
        }
        return false;
    }

    private boolean refuse(int domain, int bus, String why) {
        tree.doubt(new PciAddress(domain, bus, 0, 0), -1, why);
        return false;
    }

    private boolean plugInto(LiveBus bus, int device, DeviceSpec spec) {
        if (isTaken(bus, device)) {
            return refuse(bus.domain, bus.number, "that slot is occupied");
        }
        PluggedDevice.plug(tree, bus, BusScan.keyOf(bus), device, spec);
        new HotAdd(tree).throughAcpi(bus, device);
        return true;
    }

    private boolean isTaken(LiveBus bus, int device) {
        return bus.functions.stream().anyMatch(f -> f.address.device() == device)
                || tree.waiting(BusScan.keyOf(bus)).stream()
                        .anyMatch(f -> f.address().device() == device);
    }

    private int firstFreeDevice(LiveBus bus) {
        return IntStream.range(0, DEVICES_ON_A_BUS)
                .filter(device -> !isTaken(bus, device))
                .findFirst()
                .orElse(0);
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
