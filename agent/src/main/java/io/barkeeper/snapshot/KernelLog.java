package io.barkeeper.snapshot;

import io.barkeeper.pci.FirmwareMap;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.ResourceKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the kernel log tells about PCI resources. {@link KernelLogParser} makes it.
 *
 * @param reachesBoot the log still begins with the banner of this boot, so that what is missing in it was never printed
 * @param follows nothing was lost between the last look at the log and this one, so that what was known then holds but for
 *     what the log says now
 * @param banner the line "Linux version …", empty when it is gone
 * @param hosts root buses in the order of the log, by {@code DDDD:BB}
 * @param firmware the memory map of firmware and whether placement honours it
 * @param functions traces of functions
 */
public record KernelLog(
        boolean reachesBoot,
        boolean follows,
        String banner,
        Map<String, HostTrace> hosts,
        FirmwareMap firmware,
        Map<PciAddress, FunctionTrace> functions) {

    /** No log at all. */
    public static final KernelLog NONE = new KernelLog(false, false, "", Map.of(), FirmwareMap.UNKNOWN, Map.of());

    /**
     * A root bus.
     *
     * @param apertures as "root bus resource" lists them, in that order
     * @param lastBus highest bus number; empty when the log does not say
     */
    public record HostTrace(List<HostBridge.Aperture> apertures, OptionalInt lastBus) {
        public HostTrace {
            apertures = List.copyOf(apertures);
        }
    }

    /**
     * What the log says of a function since its last discovery, or since the log begins.
     *
     * @param discovered its discovery is in the log, so that all here is about the device that is there now
     * @param type its port type, printed from 6.9 on
     * @param bars the last size and kind of each BAR, ROM and VF BAR, by row
     * @param windowsSeen rows of windows that the log mentions
     * @param lostWindows bytes of a window, by row, when it last failed to be placed or was released, 0 when it was switched
     *     off as unused; a window that was placed after is left out
     * @param aligned true bytes, by row, of a BAR whose row {@code resource_alignment} made larger when it was found
     */
    public record FunctionTrace(
            boolean discovered,
            Optional<PortType> type,
            Map<Integer, SizedKind> bars,
            List<Integer> windowsSeen,
            Map<Integer, Long> lostWindows,
            Map<Integer, Long> aligned) {

        public static final FunctionTrace NONE =
                new FunctionTrace(false, Optional.empty(), Map.of(), List.of(), Map.of(), Map.of());

        public FunctionTrace {
            bars = Map.copyOf(bars);
            windowsSeen = List.copyOf(windowsSeen);
            lostWindows = Map.copyOf(lostWindows);
            aligned = Map.copyOf(aligned);
        }

        public Optional<SizedKind> bar(int index) {
            return Optional.ofNullable(bars.get(index));
        }

        public OptionalLong lostWindow(int index) {
            return size(lostWindows, index);
        }

        public OptionalLong alignedFrom(int index) {
            return size(aligned, index);
        }

        private static OptionalLong size(Map<Integer, Long> sizes, int index) {
            Long size = sizes.get(index);
            return size == null ? OptionalLong.empty() : OptionalLong.of(size);
        }
    }

    /** A kind with a size in bytes; of a VF BAR, the bytes of all VFs together. */
    public record SizedKind(ResourceKind kind, long size) {}

    /** The same, read by who has followed the log since the last look. */
    public KernelLog following() {
        return new KernelLog(reachesBoot, true, banner, hosts, firmware, functions);
    }

    public FunctionTrace of(PciAddress address) {
        return functions.getOrDefault(address, FunctionTrace.NONE);
    }
}
