package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.Hex;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.snapshot.KernelLog;
import io.barkeeper.snapshot.ReadNotes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host bridges. Their apertures come from the kernel log, since only it tells the order in which the kernel tries
 * them; {@code /proc/iomem} and {@code /proc/ioports} stand in, in ascending order.
 */
final class HostSource {

    private static final Pattern NAME = Pattern.compile("([0-9a-f]{4,8}):([0-9a-f]{2})");
    private static final String NOTE = "BK-NOTE-APERTURES";

    private final SysfsTree tree;
    private final KernelLog log;
    private final IoMapSource maps;
    private final ReadNotes.Collector notes;

    HostSource(SysfsTree tree, KernelLog log, IoMapSource maps, ReadNotes.Collector notes) {
        this.tree = tree;
        this.log = log;
        this.maps = maps;
        this.notes = notes;
    }

    List<HostBridge> read(List<PciFunction> functions) {
        Set<String> present = present(functions);
        // The kernel rescans root buses in the order in which it made them, which is that of its log.
        Set<String> ordered = new LinkedHashSet<>(log.hosts().keySet());
        ordered.retainAll(present);
        ordered.addAll(present);
        List<HostBridge> hosts = new ArrayList<>();
        for (String name : ordered) {
            Matcher m = NAME.matcher(name);
            if (m.matches()) {
                int domain = Integer.parseUnsignedInt(m.group(1), 16);
                int bus = Integer.parseInt(m.group(2), 16);
                int last = lastBus(name, domain, bus, present);
                List<HostBridge.Aperture> apertures = apertures(name);
                hosts.add(
                        apertures.isEmpty()
                                ? HostBridge.withUnknownApertures(domain, bus, last)
                                : new HostBridge(domain, bus, last, apertures));
            }
        }
        return hosts;
    }

    private Set<String> present(List<PciFunction> functions) {
        Set<String> names = new TreeSet<>();
        for (String bus : tree.names(tree.path("sys/class/pci_bus"))) {
            tree.target(tree.path("sys/class/pci_bus").resolve(bus))
                    .filter(target -> isRoot(target, bus))
                    .ifPresent(target -> names.add(bus));
        }
        for (PciFunction function : functions) {
            if (function.parent().isEmpty()) {
                PciAddress address = function.address();
                names.add(Hex.digits(address.domain(), 4) + ':' + Hex.digits(address.bus(), 2));
            }
        }
        return names;
    }

    /** {@code …/pci0000:00/pci_bus/0000:00}: no function between the host bridge and the bus. */
    private static boolean isRoot(Path target, String bus) {
        DevicePath path = DevicePath.of(target);
        return path.functions().isEmpty() && path.rootBus().filter(bus::equals).isPresent();
    }

    private List<HostBridge.Aperture> apertures(String name) {
        KernelLog.HostTrace trace = log.hosts().get(name);
        if (trace != null && !trace.apertures().isEmpty()) {
            return trace.apertures();
        }
        List<HostBridge.Aperture> found = maps.apertures(name);
        if (found.isEmpty()) {
            notes.add(
                    NOTE,
                    "the apertures of host bridge " + name + " are neither in the kernel log nor in /proc/iomem",
                    "what room there is on its root bus is unknown");
        } else {
            notes.add(
                    NOTE,
                    "the apertures of host bridge " + name + " are not in the kernel log",
                    "they are taken in ascending order, while the kernel may try them in another one");
        }
        return found;
    }

    private int lastBus(String name, int domain, int bus, Set<String> present) {
        KernelLog.HostTrace trace = log.hosts().get(name);
        OptionalInt logged = trace == null ? OptionalInt.empty() : trace.lastBus();
        if (logged.isPresent()) {
            return logged.getAsInt();
        }
        int next = 0x100;
        for (String other : present) {
            Matcher m = NAME.matcher(other);
            if (m.matches() && Integer.parseUnsignedInt(m.group(1), 16) == domain) {
                int first = Integer.parseInt(m.group(2), 16);
                next = first > bus ? Math.min(next, first) : next;
            }
        }
        return next - 1;
    }
}
