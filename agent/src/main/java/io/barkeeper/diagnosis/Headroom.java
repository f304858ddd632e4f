package io.barkeeper.diagnosis;

import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import java.util.List;

/** How much is left in each window and aperture, and how many bus numbers: what the metrics publish. */
public final class Headroom {

    private Headroom() {}

    /**
     * Room in one window or aperture.
     *
     * @param bridge the bridge's address, or the host bridge's name
     * @param kind the window kind
     * @param size bytes
     * @param freeBytes bytes that nobody takes
     * @param largestFreeBytes bytes of the largest piece that nobody takes
     */
    public record Room(String bridge, ResourceKind kind, long size, long freeBytes, long largestFreeBytes) {

        /** From 0, all that is free is in one piece, to nearly 1. */
        public double fragmentation() {
            return freeBytes == 0 ? 0 : 1 - unsigned(largestFreeBytes) / unsigned(freeBytes);
        }

        private static double unsigned(long value) {
            return value < 0 ? value + 0x1p64 : value;
        }
    }

    /** Bus numbers below a bridge that no bridge further down uses. */
    public record BusNumbers(PciAddress bridge, int free) {}

    /** One entry for each window and aperture, host bridges first. */
    public static List<Room> rooms(Topology topology) {
        return Spaces.of(topology).stream()
                .map(s -> new Room(s.label(), s.kind(), s.range().size(), s.freeBytes(), s.largestFreeBytes()))
                .toList();
    }

    /** One entry for each bridge, in the kernel's order. */
    public static List<BusNumbers> busNumbers(Topology topology) {
        return topology.functions().stream()
                .filter(PciFunction::isBridge)
                .map(f -> new BusNumbers(f.address(), free(topology, f)))
                .toList();
    }

    private static int free(Topology topology, PciFunction function) {
        Bridge bridge = function.bridge().orElseThrow();
        if (bridge.secondary() == 0) {
            return 0;
        }
        int used = topology.childrenOf(function.address()).stream()
                .flatMap(f -> f.bridge().stream())
                .mapToInt(b -> b.secondary() == 0 ? 0 : b.subordinate() - b.secondary() + 1)
                .sum();
        return Math.max(0, bridge.subordinate() - bridge.secondary() - used);
    }
}
