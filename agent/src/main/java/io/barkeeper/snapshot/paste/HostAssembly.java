package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.snapshot.KernelLog;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalInt;
import java.util.Set;

/** Host bridges: their apertures from the kernel log, which alone tells their order, or from the two maps. */
final class HostAssembly {

    private static final String NOTE = "BK-NOTE-APERTURES";

    private final KernelLog log;
    private final MapClaims memory;
    private final MapClaims ports;
    private final Gaps gaps;

    HostAssembly(KernelLog log, MapClaims memory, MapClaims ports, Gaps gaps) {
        this.log = log;
        this.memory = memory;
        this.ports = ports;
        this.gaps = gaps;
    }

    /** @param rootBuses {@code DDDD:BB} */
    List<HostBridge> hosts(NavigableSet<String> rootBuses) {
        Set<String> ordered = new LinkedHashSet<>(log.hosts().keySet());
        ordered.retainAll(rootBuses);
        ordered.addAll(rootBuses);
        List<HostBridge> hosts = new ArrayList<>();
        for (String name : ordered) {
            int colon = name.indexOf(':');
            int domain = Integer.parseUnsignedInt(name.substring(0, colon), 16);
            int bus = Integer.parseInt(name.substring(colon + 1), 16);
            hosts.add(host(name, domain, bus, rootBuses));
        }
        return hosts;
    }

    private HostBridge host(String name, int domain, int bus, NavigableSet<String> rootBuses) {
        int last = lastBus(name, bus, rootBuses);
        KernelLog.HostTrace trace = log.hosts().get(name);
        if (trace != null && !trace.apertures().isEmpty()) {
            return new HostBridge(domain, bus, last, trace.apertures());
        }
        List<HostBridge.Aperture> found = new ArrayList<>();
        mapped(ports, domain, bus).forEach(r -> found.add(new HostBridge.Aperture(true, false, r)));
        mapped(memory, domain, bus).forEach(r -> found.add(new HostBridge.Aperture(false, false, r)));
        if (found.isEmpty()) {
            gaps.of(
                    "host bridge " + name,
                    NOTE,
                    "its apertures are neither in the kernel log nor in /proc/iomem",
                    "what room there is on its root bus is unknown");
            return HostBridge.withUnknownApertures(domain, bus, last);
        }
        gaps.of(
                "host bridge " + name,
                NOTE,
                "its apertures are not in the kernel log",
                "they are taken in ascending order, while the kernel may try them in another one"
                        + (ports.isEmpty() ? "; its I/O apertures are unknown" : ""));
        return new HostBridge(domain, bus, last, found, !ports.isEmpty() && !memory.isEmpty());
    }

    private static List<AddressRange> mapped(MapClaims claims, int domain, int bus) {
        return claims.windowsTo(domain, bus);
    }

    private int lastBus(String name, int bus, NavigableSet<String> rootBuses) {
        KernelLog.HostTrace trace = log.hosts().get(name);
        OptionalInt logged = trace == null ? OptionalInt.empty() : trace.lastBus();
        if (logged.isPresent()) {
            return logged.getAsInt();
        }
        String next = rootBuses.higher(name);
        boolean sameDomain = next != null && next.startsWith(name.substring(0, name.indexOf(':') + 1));
        return sameDomain ? Math.max(bus, Integer.parseInt(next.substring(next.indexOf(':') + 1), 16) - 1) : 0xff;
    }
}
