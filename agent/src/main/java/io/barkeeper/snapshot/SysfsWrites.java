package io.barkeeper.snapshot;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import java.util.Optional;

/**
 * What an action is as a shell command: the sysfs attribute that is written, or the registers through {@code setpci}.
 * Events of the hardware have none.
 */
final class SysfsWrites {

    private static final String DEVICES = "/sys/bus/pci/devices/";

    private SysfsWrites() {}

    /** The command; empty text for what nobody can write. */
    static String of(Action action, Topology topology) {
        if (action instanceof Action.Unbind a) {
            return "echo " + a.address() + " > " + DEVICES + a.address() + "/driver/unbind";
        }
        if (action instanceof Action.Bind a) {
            return "echo " + a.address() + " > /sys/bus/pci/drivers/" + a.driver() + "/bind";
        }
        if (action instanceof Action.Remove a) {
            return "echo 1 > " + DEVICES + a.address() + "/remove";
        }
        if (action instanceof Action.RescanAll) {
            return "echo 1 > /sys/bus/pci/rescan";
        }
        if (action instanceof Action.Rescan a) {
            return "echo 1 > " + DEVICES + a.address() + "/rescan";
        }
        if (action instanceof Action.RescanBus a) {
            return String.format("echo 1 > /sys/class/pci_bus/%04x:%02x/rescan", a.domain(), a.bus());
        }
        return lever(action, topology);
    }

    private static String lever(Action action, Topology topology) {
        if (action instanceof Action.Decode a) {
            return "setpci -s " + a.address() + (a.on() ? " COMMAND=3:3" : " COMMAND=0:3");
        }
        if (action instanceof Action.Window a) {
            return window(a);
        }
        if (action instanceof Action.Align a) {
            return "echo '" + a.entries() + "' > /sys/bus/pci/resource_alignment";
        }
        if (action instanceof Action.Resize a) {
            int encoded = Long.numberOfTrailingZeros(a.size()) - 20;
            return "echo " + encoded + " > " + DEVICES + a.address() + "/resource" + a.bar() + "_resize";
        }
        if (action instanceof Action.NumVfs a) {
            return "echo " + a.count() + " > " + DEVICES + a.address() + "/sriov_numvfs";
        }
        if (action instanceof Action.Renumber a) {
            return "setpci -s " + a.address() + " 18.l=0:00ffffff";
        }
        return action instanceof Action.SlotPower a ? power(a, topology) : "";
    }

    private static String power(Action.SlotPower action, Topology topology) {
        return slot(action.port(), topology)
                .map(s -> "echo " + (action.on() ? 1 : 0) + " > /sys/bus/pci/slots/" + s + "/power")
                .orElse("");
    }

    private static Optional<String> slot(PciAddress port, Topology topology) {
        return topology.find(port).flatMap(f -> f.bridge()).flatMap(Bridge::slot);
    }

    /** A window is closed by a base above its limit (PCI-to-PCI Bridge Architecture 1.2, 3.2.5); an open one has no fixed place. */
    private static String window(Action.Window action) {
        if (action.size() != 0) {
            return "setpci -s " + action.address() + " (the registers of the "
                    + action.kind().label() + " window)";
        }
        String registers = action.kind() == ResourceKind.WINDOW_IO
                ? "30.l=0000ffff 1c.w=00f0 30.l=0"
                : action.kind() == ResourceKind.WINDOW_MEM ? "20.l=0000fff0" : "2c.l=0 24.l=0000fff0 28.l=0";
        return "setpci -s " + action.address() + " " + registers;
    }
}
