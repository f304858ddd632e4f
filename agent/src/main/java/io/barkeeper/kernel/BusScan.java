package io.barkeeper.kernel;

import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import java.util.ArrayList;
import java.util.List;

/**
 * Scanning and bus numbers ({@code pci_scan_child_bus_extend()}, {@code pci_scan_bridge_extend()}). A scan finds what is
 * plugged in and not known, appends it to the bus in order of device and function, and goes behind every bridge: first
 * behind those whose bus-number registers make sense, then behind the others, which get the next free numbers. An
 * existing function is not read again.
 */
final class BusScan {

    private final LiveTree tree;
    private final Discovery discovery;

    BusScan(LiveTree tree) {
        this.tree = tree;
        this.discovery = new Discovery(tree);
    }

    /** {@code pci_scan_child_bus()}: everything on a bus and below. */
    void scan(LiveBus bus) {
        scan(bus, keyOf(bus), 0);
    }

    /** Where what is plugged in on a known bus waits. */
    static long keyOf(LiveBus bus) {
        return bus.bridge == null ? LiveTree.keyOf(bus.domain, bus.number) : bus.bridge.detachedBelow;
    }

    /**
     * {@code pci_hp_add_bridge()}: a bridge that pciehp found gets the first free number of the port; all the other free
     * numbers are offered to hot-plug bridges below it.
     */
    void addHotBridge(LiveFunction bridge) {
        LiveBus above = bridge.bus;
        int free = above.number;
        while (free <= above.last && tree.bus(above.domain, free) != null) {
            free++;
        }
        if (free > above.last) {
            tree.trace.say(bridge, "No bus number available for hot-added bridge");
            doubtHotPlugController(bridge);
            return;
        }
        int max = scanConfigured(bridge, free - 1);
        scanUnconfigured(bridge, max, above.last - max);
    }

    /** {@code pci_scan_slot()} for every slot: functions only, nothing behind bridges. Returns what is new. */
    List<LiveFunction> findFunctions(LiveBus bus, long key) {
        List<LiveFunction> found = new ArrayList<>();
        for (PciFunction plugged : tree.takeDetached(key)) {
            found.add(discovery.find(plugged, bus, key));
        }
        return found;
    }

    /** {@code pci_scan_slot()} for one device number. */
    void findFunctions(LiveBus bus, long key, int device) {
        for (PciFunction plugged : tree.takeDetached(key)) {
            if (plugged.address().device() == device) {
                discovery.find(plugged, bus, key);
            } else {
                tree.detach(plugged, key);
            }
        }
    }

    /** Returns the highest bus number in use; {@code available} numbers may be spread below. */
    private int scan(LiveBus bus, long key, int available) {
        findFunctions(bus, key);
        List<LiveFunction> bridges = new ArrayList<>();
        int hotplugs = 0;
        for (LiveFunction function : bus.functions) {
            if (function.isBridge()) {
                bridges.add(function);
                hotplugs += function.hotplug ? 1 : 0;
            }
        }
        int normals = bridges.size() - hotplugs;
        int max = bus.number;
        int used = 0;
        for (LiveFunction bridge : bridges) {
            int before = max;
            max = scanConfigured(bridge, max);
            used += 1 + Math.max(0, max - before - 1);
        }
        for (LiveFunction bridge : bridges) {
            int share = 0;
            if (hotplugs == 0 && normals == 1) {
                share = available;
            } else if (bridge.hotplug) {
                share = Math.min(available / hotplugs, available - used + 1);
            }
            int before = max;
            max = scanUnconfigured(bridge, before, Math.max(0, share));
            used += Math.max(0, max - before - 1);
        }
        if (bus.bridge != null && bus.bridge.hotplug) {
            int wanted = Math.max(available, tree.options.busReserve() - 1);
            if (max - bus.number < wanted) {
                max = Math.min(bus.number + wanted, bus.last);
            }
        }
        return max;
    }

    /** The bus-number registers name this bus as the one above and a sane range below. */
    private static boolean isConfigured(LiveFunction bridge) {
        if (bridge.busNumbersCleared || bridge.origin.bridge().isEmpty()) {
            return false;
        }
        Bridge registers = bridge.origin.bridge().get();
        return registers.primary() == bridge.bus.number
                && registers.secondary() > bridge.bus.number
                && registers.secondary() <= registers.subordinate();
    }

    /** A bridge without a bus since its number, in the registers, is that of another bus: every scan leaves it so. */
    private static boolean isShutOut(LiveFunction bridge) {
        int secondary = bridge.origin.bridge().map(Bridge::secondary).orElse(0);
        return !bridge.fresh && !bridge.busNumbersCleared && secondary == 0;
    }

    /** Pass 0: keeps the numbers in the registers, even if the bus is already there, behind another bridge. */
    int scanConfigured(LiveFunction bridge, int max) {
        if (bridge.secondary != null) {
            if (bridge.busNumbersCleared) {
                tree.doubt(
                        bridge.address,
                        -1,
                        "its bus-number registers are zero while the kernel uses it: a rescan gives the bus behind it"
                                + " a second number");
            }
            scan(bridge.secondary);
            return Math.max(max, bridge.secondary.last);
        }
        if (!isConfigured(bridge) || isShutOut(bridge)) {
            return max;
        }
        Bridge registers = bridge.origin.bridge().get();
        LiveBus other = tree.bus(bridge.address.domain(), registers.secondary());
        if (other != null) {
            scan(other);
            return Math.max(max, registers.subordinate());
        }
        open(bridge, registers.secondary(), registers.subordinate());
        int top = scan(opened(bridge), bridge.detachedBelow, registers.subordinate() - registers.secondary());
        if (top > registers.subordinate()) {
            tree.trace.say(
                    bridge,
                    String.format("bridge has subordinate %02x but max busn %02x", registers.subordinate(), top));
        }
        return Math.max(max, registers.subordinate());
    }

    /** Pass 1: the next number, open to the end of the bus above, then shrunk to what was found. */
    int scanUnconfigured(LiveFunction bridge, int max, int available) {
        if (bridge.secondary != null || isConfigured(bridge) || isShutOut(bridge)) {
            return max;
        }
        LiveBus above = bridge.bus;
        int next = max + 1;
        if (tree.trace.isOn()) {
            tree.trace.say(bridge, "bridge configuration invalid ([bus 00-00]), reconfiguring");
        }
        doubtVirtualFunctions(above);
        if (next > 255 || tree.bus(above.domain, next) != null) {
            tree.doubt(bridge.address, -1, String.format("bus number %02x is not free", next));
            return max;
        }
        if (next > above.last) {
            tree.doubt(
                    bridge.address,
                    -1,
                    String.format("bus %02x lies outside the numbers %s of the bus above", next, above));
        }
        open(bridge, next, Math.max(next, above.last));
        bridge.busNumbersCleared = false;
        int top = scan(opened(bridge), bridge.detachedBelow, Math.max(0, available - 1));
        opened(bridge).last = top;
        return top;
    }

    /** {@code shpc_init()} follows a null pointer where the bridge has no bus (seen on 6.1 and 7.2); express ports have no SHPC. */
    private void doubtHotPlugController(LiveFunction bridge) {
        if (bridge.origin.type() == PortType.PCIE_TO_PCI_BRIDGE || bridge.origin.type() == PortType.CONVENTIONAL) {
            tree.doubt(
                    bridge.address,
                    -1,
                    "no bus number is left for it, and where it has a standard hot-plug controller the kernel dies of that:"
                            + " the slot's thread keeps the rescan lock, and every later rescan hangs until a reboot");
        }
    }

    /** VFs that reach over further buses reserve numbers, and where they reach is not in the snapshot. */
    private void doubtVirtualFunctions(LiveBus bus) {
        for (LiveFunction function : bus.functions) {
            if (function.origin.sriov().isPresent() && function.origin.type() != PortType.CONVENTIONAL) {
                tree.doubt(function.address, -1, "how many bus numbers its virtual functions reserve is unknown");
            }
        }
    }

    private static LiveBus opened(LiveFunction bridge) {
        LiveBus below = bridge.secondary;
        if (below == null) {
            throw new IllegalStateException(bridge + " has no bus");
        }
        return below;
    }

    private void open(LiveFunction bridge, int secondary, int last) {
        TreeReader.openBus(tree, bridge, secondary, last);
        discovery.readWindows(bridge);
    }
}
