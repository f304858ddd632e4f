package io.barkeeper.diagnosis;

import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import java.util.Comparator;
import java.util.Optional;

/**
 * Why a bridge has no bus number, and what would give it one. A bridge that is found while the machine runs gets numbers
 * from the range of the bus above, {@code (secondary, subordinate]} of the bridge there ({@code pci_hp_add_bridge()},
 * {@code pci_scan_bridge_extend()}); nobody widens that range, and a rescan keeps what its registers hold.
 *
 * @param bridge the bridge without a number
 * @param missing how many numbers are missing at least; 0 when there is one for it by now
 * @param why a clause, with the range that is too small and who holds the numbers after it
 * @param remedy what would help on this kernel
 */
public record BusShortage(PciFunction bridge, int missing, String why, String remedy) {

    /** Empty for what is no bridge or has a bus number. */
    public static Optional<BusShortage> of(Topology topology, PciFunction bridge) {
        return isWithoutBus(bridge) ? Optional.of(shortage(topology, bridge)) : Optional.empty();
    }

    /** Nothing below it can be reached. */
    public static boolean isWithoutBus(PciFunction function) {
        return function.bridge()
                .filter(b -> b.secondary() == 0 || b.subordinate() < b.secondary())
                .isPresent();
    }

    private static BusShortage shortage(Topology topology, PciFunction bridge) {
        boolean opensSwitch = bridge.type() == PortType.UPSTREAM_PORT;
        int wanted = opensSwitch ? 2 : 1;
        int domain = bridge.address().domain();
        HostBridge host = topology.hostBridgeOf(bridge.address());
        Optional<PciFunction> above = bridge.parent().map(topology::get);
        Optional<Bridge> range = above.flatMap(PciFunction::bridge);
        int first = range.map(Bridge::secondary).orElse(host.bus());
        int last = range.map(Bridge::subordinate).orElse(host.lastBus());
        int free = 0;
        for (int number = first + 1; number <= last; number++) {
            free += holder(topology, domain, number, above).isEmpty() ? 1 : 0;
        }
        int missing = Math.max(0, wanted - free);
        String name = above.map(a -> a.address() + " (primary "
                        + hex(range.map(Bridge::primary).orElse(0)) + ", secondary " + hex(first) + ", subordinate "
                        + hex(last) + ")")
                .orElse("host bridge " + host.name() + " (" + hex(first) + " to " + hex(last) + ")");
        if (missing == 0) {
            return new BusShortage(
                    bridge,
                    0,
                    "its bus-number registers name no bus, though the range of " + name + " has " + free + " free",
                    "remove it and rescan the bus above");
        }
        String why = "the range of " + name + " has " + (free == 0 ? "no number" : free + " of " + wanted + " numbers")
                + " left: " + (opensSwitch ? "at least " : "") + missing + (missing == 1 ? " is" : " are") + " missing"
                + (opensSwitch ? ", and one more for each further port of the switch" : "") + "; "
                + next(topology, host, above, last + 1);
        int reserve = last - first + 1 + missing;
        return new BusShortage(bridge, missing, why, remedy(topology.kernel(), range, reserve));
    }

    /** Who has the first number behind the range. */
    private static String next(Topology topology, HostBridge host, Optional<PciFunction> above, int number) {
        if (number > host.lastBus()) {
            return "the host bridge " + host.name() + " ends at " + hex(host.lastBus());
        }
        int domain = host.domain();
        Optional<PciFunction> holder = topology.functions().stream()
                .filter(f -> f.address().domain() == domain)
                .filter(f -> f.bridge()
                        .map(b -> b.secondary() != 0 && b.secondary() == number)
                        .orElse(false))
                .findFirst();
        return holder.map(h -> "the next one, " + hex(number) + ", belongs to " + h.address())
                .orElseGet(() -> "the next one, " + hex(number) + ", is free, but lies outside of the range of "
                        + above.map(a -> a.address().toString()).orElse(host.name()));
    }

    /** The bridge below {@code above} that forwards a bus number; the innermost of them is as good as any. */
    private static Optional<PciFunction> holder(
            Topology topology, int domain, int number, Optional<PciFunction> above) {
        return topology.functions().stream()
                .filter(f -> f.address().domain() == domain && f.parent().equals(above.map(PciFunction::address)))
                .filter(f -> f.bridge()
                        .map(b -> b.secondary() != 0 && b.secondary() <= number && number <= b.subordinate())
                        .orElse(false))
                .max(Comparator.comparing(PciFunction::address));
    }

    /**
     * {@code hpbussize} counts only where the kernel and not the firmware gives a hot-plug bridge its numbers, which on x86
     * {@code assign-busses} brings about; other architectures do not know that option.
     */
    private static String remedy(KernelIdentity kernel, Optional<Bridge> above, int reserve) {
        boolean x86 = kernel.architecture().isEmpty() || kernel.architecture().matches("x86_64|i[3-6]86");
        String cold = "a reboot with the card in place numbers it at boot";
        if (above.filter(Bridge::hotplug).isEmpty()) {
            return x86 ? cold + ", if need be with pci=assign-busses" : cold;
        }
        return cold + "; to plug it in later, boot with "
                + (x86
                        ? "pci=assign-busses,hpbussize=" + reserve
                        : "pci=hpbussize=" + reserve + " (where the firmware has not numbered the port already)")
                + " or more";
    }

    private static String hex(int bus) {
        return String.format("%02x", bus);
    }
}
