package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceKind;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that changes the tree: a write that user space can make, or an event of the hardware. {@code toString()}
 * gives the text that {@code barkeeper simulate} takes and that plans and journals print, for example
 * {@code remove:0000:00:02.0}; {@code ActionParser} reads it.
 */
public sealed interface Action {

    /** {@code drivers/D/unbind}. */
    record Unbind(PciAddress address) implements Action {
        @Override
        public String toString() {
            return "unbind:" + address;
        }
    }

    /** {@code drivers/D/bind}. */
    record Bind(PciAddress address, String driver) implements Action {
        @Override
        public String toString() {
            return "bind:" + address + ":" + driver;
        }
    }

    /** I/O and memory decode of the command register. */
    record Decode(PciAddress address, boolean on) implements Action {
        @Override
        public String toString() {
            return "decode:" + address + (on ? ":on" : ":off");
        }
    }

    /** {@code devices/X/remove}: the function and all below it. */
    record Remove(PciAddress address) implements Action {
        @Override
        public String toString() {
            return "remove:" + address;
        }
    }

    /** {@code /sys/bus/pci/rescan}: every root bus. */
    record RescanAll() implements Action {
        @Override
        public String toString() {
            return "rescan";
        }
    }

    /** {@code devices/X/rescan}: the bus that X sits on, and below. */
    record Rescan(PciAddress address) implements Action {
        @Override
        public String toString() {
            return "rescan:" + address;
        }
    }

    /** {@code /sys/class/pci_bus/DDDD:BB/rescan}; on an empty bus it sizes the bridge above anew. */
    record RescanBus(int domain, int bus) implements Action {
        @Override
        public String toString() {
            return String.format("rescan-bus:%04x:%02x", domain, bus);
        }
    }

    /**
     * A bridge's window registers written by hand.
     *
     * @param kind one of the window kinds
     * @param size bytes that the registers span, 0 to close them
     */
    record Window(PciAddress address, ResourceKind kind, long size) implements Action {
        @Override
        public String toString() {
            return "window:" + address + ":" + kind.label() + ":" + (size == 0 ? "closed" : Sizes.format(size));
        }
    }

    /**
     * {@code resource_alignment} set to one entry for each of these functions, and to nothing else. In effect when they are
     * found again.
     *
     * @param addresses at least one
     * @param size bytes, a power of two
     */
    record Align(List<PciAddress> addresses, long size) implements Action {
        public Align {
            addresses = List.copyOf(addresses);
        }

        public Align(PciAddress address, long size) {
            this(List.of(address), size);
        }

        /** The text that is written. */
        public String entries() {
            int order = Long.numberOfTrailingZeros(size);
            return addresses.stream().map(a -> order + "@" + a).collect(Collectors.joining(";"));
        }

        @Override
        public String toString() {
            return "align:" + addresses.stream().map(PciAddress::toString).collect(Collectors.joining("+")) + ":"
                    + Sizes.format(size);
        }
    }

    /** {@code resourceN_resize}. */
    record Resize(PciAddress address, int bar, long size) implements Action {
        @Override
        public String toString() {
            return "resize:" + address + ":" + bar + ":" + Sizes.format(size);
        }
    }

    /** {@code sriov_numvfs}. */
    record NumVfs(PciAddress address, int count) implements Action {
        @Override
        public String toString() {
            return "numvfs:" + address + ":" + count;
        }
    }

    /** A bridge's bus-number registers zeroed. */
    record Renumber(PciAddress address) implements Action {
        @Override
        public String toString() {
            return "renumber:" + address;
        }
    }

    /** A device arrives in a port's slot, handled by pciehp or, with {@code acpi}, by acpiphp. */
    record Hotplug(PciAddress port, DeviceSpec device, boolean acpi) implements Action {
        @Override
        public String toString() {
            return (acpi ? "hotplug-acpi:" : "hotplug:") + port + ":" + device;
        }
    }

    /** The device in a port's slot leaves. */
    record Unplug(PciAddress port, boolean acpi) implements Action {
        @Override
        public String toString() {
            return (acpi ? "unplug-acpi:" : "unplug:") + port;
        }
    }

    /**
     * A device arrives in a slot that firmware names by its number on a conventional or root bus, handled by acpiphp; a bus
     * behind a PCI Express port has one slot only, which {@link Hotplug} names by its port.
     *
     * @param device the slot's device number, 0 to 31
     */
    record SlotHotplug(int domain, int bus, int device, DeviceSpec spec) implements Action {
        @Override
        public String toString() {
            return String.format("hotplug-acpi:%04x:%02x:%02x:%s", domain, bus, device, spec);
        }
    }

    /**
     * The device in a slot of a conventional or root bus leaves (acpiphp).
     *
     * @param device the slot's device number, 0 to 31
     */
    record SlotUnplug(int domain, int bus, int device) implements Action {
        @Override
        public String toString() {
            return String.format("unplug-acpi:%04x:%02x:%02x", domain, bus, device);
        }
    }

    /** {@code slots/N/power}. */
    record SlotPower(PciAddress port, boolean on) implements Action {
        @Override
        public String toString() {
            return (on ? "poweron:" : "poweroff:") + port;
        }
    }

    /** Everything below a bridge loses its registers, as after D3cold. */
    record PowerLoss(PciAddress address) implements Action {
        @Override
        public String toString() {
            return "power-loss:" + address;
        }
    }
}
