package io.barkeeper.pci;

import java.util.List;

/**
 * A root bus with its apertures.
 *
 * @param domain the PCI segment
 * @param bus the root bus number
 * @param lastBus highest bus number of this host bridge, inclusive
 * @param apertures in the order in which the kernel lists them ({@code root bus resource} in its log), which decides
 *     placement
 * @param complete false when there may be apertures that nobody showed; a root bus that truly forwards nothing, as an
 *     expander's may, has an empty list that is complete
 */
public record HostBridge(int domain, int bus, int lastBus, List<Aperture> apertures, boolean complete) {

    /** A root bus whose apertures are all known. */
    public HostBridge(int domain, int bus, int lastBus, List<Aperture> apertures) {
        this(domain, bus, lastBus, apertures, true);
    }

    /** A root bus of which nobody showed what it forwards. */
    public static HostBridge withUnknownApertures(int domain, int bus, int lastBus) {
        return new HostBridge(domain, bus, lastBus, List.of(), false);
    }

    /**
     * A range that the host bridge forwards.
     *
     * @param io I/O ports rather than memory
     * @param prefetchable the kernel log shows it with {@code pref}; rare on x86
     */
    public record Aperture(boolean io, boolean prefetchable, AddressRange range) {

        /** The name in JSON: {@code io}, {@code mem} or {@code pref}. */
        public String kind() {
            return io ? "io" : prefetchable ? "pref" : "mem";
        }
    }

    public HostBridge {
        apertures = List.copyOf(apertures);
    }

    /**
     * True when a function without a bridge above it is on this root bus. VFs of a function there may have a bus number
     * of their own behind it (PCIe 6.0, 9.3.4: First VF Offset and VF Stride count across buses).
     */
    public boolean hasOnRootBus(PciFunction function) {
        int number = function.address().bus();
        boolean sameBus = number == bus || (function.isVirtualFunction() && number > bus && number <= lastBus);
        return function.parent().isEmpty() && function.address().domain() == domain && sameBus;
    }

    /** {@code DDDD:BB}, as in the kernel log and in {@code /sys/devices/pciDDDD:BB}. */
    public String name() {
        return Hex.digits(domain, 4) + ':' + Hex.digits(bus, 2);
    }
}
