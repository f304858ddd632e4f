package io.barkeeper.metrics;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.HostBridge.Aperture;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.RangeSet;
import io.barkeeper.pci.Reservation;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How much room is left under a bridge, or under a host bridge. What lies in a window is what the kernel assigned to the
 * functions on the bus right below it; a bridge's own BARs lie outside of its windows.
 *
 * @param bridge its address, or {@code DDDD:BB} of a host bridge
 * @param windows for each kind ({@code io mem pref}) that it has open, how much is free
 * @param freeBusNumbers bus numbers in its range that nobody below has
 */
public record Room(String bridge, Map<String, Space> windows, int freeBusNumbers) {

    /**
     * Free bytes in a window, or in all apertures of a kind together.
     *
     * @param free in sum
     * @param largest in one piece, whatever its alignment
     */
    public record Space(long free, long largest) {

        Space and(Space other) {
            return new Space(free + other.free, AddressRange.max(largest, other.largest));
        }
    }

    public Room {
        windows = Map.copyOf(windows);
    }

    /** Of all host bridges and bridges. */
    public static List<Room> of(Topology topology) {
        List<Room> all = new ArrayList<>();
        for (HostBridge host : topology.hostBridges()) {
            all.add(underHost(topology, host));
        }
        for (PciFunction function : topology.functions()) {
            if (function.isBridge()) {
                all.add(underBridge(topology, function));
            }
        }
        return all;
    }

    private static Room underHost(Topology topology, HostBridge host) {
        List<PciFunction> children = topology.onRootBus(host);
        Map<String, Space> windows = new LinkedHashMap<>();
        for (Aperture aperture : host.apertures()) {
            List<AddressRange> taken = new ArrayList<>(taken(children, aperture.io()));
            topology.reserved().stream()
                    .filter(r -> r.io() == aperture.io())
                    .map(Reservation::range)
                    .forEach(taken::add);
            windows.merge(aperture.kind(), space(aperture.range(), taken), Space::and);
        }
        return new Room(host.name(), windows, freeBuses(host.lastBus() - host.bus(), children));
    }

    private static Room underBridge(Topology topology, PciFunction bridge) {
        List<PciFunction> children = topology.childrenOf(bridge.address());
        Map<String, Space> windows = new LinkedHashMap<>();
        for (Resource window : bridge.resources()) {
            if (window.isWindow() && window.range().isPresent()) {
                boolean io = window.kind() == ResourceKind.WINDOW_IO;
                windows.put(window.kind().label(), space(window.range().get(), taken(children, io)));
            }
        }
        int numbers = bridge.bridge().map(b -> b.subordinate() - b.secondary()).orElse(0);
        return new Room(bridge.address().toString(), windows, freeBuses(numbers, children));
    }

    private static Space space(AddressRange window, List<AddressRange> taken) {
        RangeSet set = RangeSet.of(taken);
        return new Space(set.freeIn(window), set.largestGapIn(window));
    }

    private static List<AddressRange> taken(List<PciFunction> children, boolean io) {
        return children.stream()
                .flatMap(f -> f.resources().stream())
                .filter(r -> r.kind().isIo() == io)
                .flatMap(r -> r.range().stream())
                .toList();
    }

    private static int freeBuses(int numbers, List<PciFunction> children) {
        int used = children.stream()
                .flatMap(f -> f.bridge().map(Stream::of).orElseGet(Stream::empty))
                .mapToInt(b -> b.secondary() == 0 ? 0 : b.subordinate() - b.secondary() + 1)
                .sum();
        return Math.max(numbers - used, 0);
    }
}
