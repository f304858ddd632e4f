package io.barkeeper.testing;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.FirmwareMap;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Reservation;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Writes down a machine line by line. Addresses are short ({@code 02:03.0}); each call of {@link #window} or {@link #bar}
 * speaks about the function named last. Windows are open in registers as the kernel believes.
 */
public final class TreeBuilder {

    private static final long K = 1024;
    private static final long M = K * K;

    private final String release;
    private final List<HostBridge.Aperture> apertures = new ArrayList<>();
    private final List<Reservation> reserved = new ArrayList<>();
    private final Map<PciAddress, PciFunction> functions = new LinkedHashMap<>();
    private PciAddress last = PciAddress.parse("0000:00:00.0");

    private TreeBuilder(String release) {
        this.release = release;
    }

    /** A q35 machine with 1 GiB: apertures as SeaBIOS and QEMU 7.2 leave them, and a host bridge at 00:00.0. */
    public static TreeBuilder q35(String release) {
        TreeBuilder tree = new TreeBuilder(release);
        tree.aperture(true, 0x0, 0xcf8);
        tree.aperture(true, 0xd00, 0xf300);
        tree.aperture(false, 0xa_0000, 0x2_0000);
        tree.aperture(false, 0x4000_0000L, 0x7000_0000L);
        tree.aperture(false, 0xc000_0000L, 0x3ec0_0000L);
        tree.aperture(false, 0x1_0000_0000L, 0x8_0000_0000L);
        return tree.endpoint("00:00.0", "", 0x060000, PortType.CONVENTIONAL, "");
    }

    /** A machine with these apertures alone. */
    public static TreeBuilder bare(String release) {
        return new TreeBuilder(release);
    }

    public TreeBuilder aperture(boolean io, long start, long size) {
        apertures.add(new HostBridge.Aperture(io, false, AddressRange.ofSize(start, size)));
        return this;
    }

    public TreeBuilder reserved(long start, long size, String owner) {
        reserved.add(new Reservation(false, AddressRange.ofSize(start, size), owner));
        return this;
    }

    /** An enabled hot-plug port or upstream port with driver pcieport and all three windows unassigned and closed. */
    public TreeBuilder port(String address, String parent, PortType type, int secondary, int subordinate) {
        boolean hotplug = type.isDownstreamOrRoot();
        PciAddress at = PciAddress.parse(address);
        Bridge bridge = new Bridge(
                at.bus(),
                secondary,
                subordinate,
                new Bridge.Windows(true, false, true, true),
                hotplug,
                hotplug,
                false,
                Optional.empty());
        add(PciFunction.of(at, parent(parent), PciFunction.Ids.of(0x104c, 0x8232), 0x060400, type)
                .withBridge(bridge)
                .withDriver(Optional.of("pcieport"))
                .withCommand(OptionalInt.of(0x7), 1)
                .withResources(List.of(
                        closed(ResourceKind.WINDOW_IO, 13),
                        closed(ResourceKind.WINDOW_MEM, 14),
                        closed(ResourceKind.WINDOW_PREF, 15))));
        return this;
    }

    private static Resource closed(ResourceKind kind, int index) {
        return Resource.unassigned(index, kind, 0, OptionalLong.of(0), Decoded.closed());
    }

    /** @param driver empty text for none */
    public TreeBuilder endpoint(String address, String parent, int classCode, PortType type, String driver) {
        add(PciFunction.of(PciAddress.parse(address), parent(parent), PciFunction.Ids.of(0x1b36, 0x5), classCode, type)
                .withDriver(driver.isEmpty() ? Optional.empty() : Optional.of(driver))
                .withCommand(OptionalInt.of(driver.isEmpty() ? 0 : 0x6), driver.isEmpty() ? 0 : 1));
        return this;
    }

    /** QEMU's NVMe controller: BAR 0 of 16 KiB. */
    public TreeBuilder nvme(String address, String parent, long start) {
        return endpoint(address, parent, 0x010802, PortType.ENDPOINT, "nvme").bar(0, ResourceKind.MEM64, start, 16 * K);
    }

    /** QEMU's pci-testdev as it looks when it was placed; a zero start leaves that BAR unplaced. */
    public TreeBuilder testDevice(String address, String parent, long mem, long io, long pref, long size) {
        endpoint(address, parent, 0x00ff00, PortType.CONVENTIONAL, "");
        placeOrNot(0, ResourceKind.MEM32, mem, 4 * K);
        placeOrNot(1, ResourceKind.IO, io, 256);
        return placeOrNot(2, ResourceKind.MEM64_PREF, pref, size);
    }

    /** QEMU's ivshmem as it looks when it was placed: BAR 0 of 256 bytes, BAR 2; a zero start leaves that one unplaced. */
    public TreeBuilder memoryCard(String address, String parent, long mem, long pref, long size) {
        endpoint(address, parent, 0x050000, PortType.CONVENTIONAL, "");
        placeOrNot(0, ResourceKind.MEM32, mem, 256);
        return placeOrNot(2, ResourceKind.MEM64_PREF, pref, size);
    }

    private TreeBuilder placeOrNot(int index, ResourceKind kind, long start, long size) {
        return start == 0 ? unplaced(index, kind, size) : bar(index, kind, start, size);
    }

    public TreeBuilder bar(int index, ResourceKind kind, long start, long size) {
        AddressRange range = AddressRange.ofSize(start, size);
        return put(Resource.assigned(index, kind, flags(kind), range, Decoded.at(range)));
    }

    /** A BAR whose row the kernel has wiped. */
    public TreeBuilder unplaced(int index, ResourceKind kind, long size) {
        return put(Resource.unassigned(index, kind, 0, OptionalLong.of(size), Decoded.closed()));
    }

    /** A BAR that the kernel has released: still sized, with type bits. */
    public TreeBuilder orphan(int index, ResourceKind kind, long size) {
        return put(Resource.unassigned(index, kind, flags(kind), OptionalLong.of(size), Decoded.closed()));
    }

    public TreeBuilder window(ResourceKind kind, long start, long size) {
        AddressRange range = AddressRange.ofSize(start, size);
        return put(Resource.assigned(indexOf(kind), kind, flags(kind), range, Decoded.at(range)));
    }

    /** A window that is assigned for the kernel while the registers are closed. */
    public TreeBuilder windowClosedInHardware(ResourceKind kind, long start, long size) {
        AddressRange range = AddressRange.ofSize(start, size);
        return put(Resource.assigned(indexOf(kind), kind, flags(kind), range, Decoded.closed()));
    }

    /** With this command register and enable count. */
    public TreeBuilder commandAndEnable(int command, int enableCount) {
        functions.put(last, last().withCommand(OptionalInt.of(command), enableCount));
        return this;
    }

    public TreeBuilder bootVga() {
        functions.put(last, last().withTraits(new PciFunction.Traits(true, false, OptionalInt.empty())));
        return this;
    }

    public Topology build() {
        return Topology.of(
                new KernelIdentity(release, "", "x86_64", "00000000-0000-0000-0000-000000000000", ""),
                List.of(new HostBridge(0, 0, 255, apertures)),
                reserved,
                new FirmwareMap(FirmwareMap.Honoured.NO, List.of(), OptionalLong.of(0x4000_0000L)),
                "",
                List.copyOf(functions.values()),
                List.of());
    }

    private static int indexOf(ResourceKind kind) {
        return switch (kind) {
            case WINDOW_IO -> Resource.WINDOW_IO;
            case WINDOW_MEM -> Resource.WINDOW_MEM;
            default -> Resource.WINDOW_PREF;
        };
    }

    private static long flags(ResourceKind kind) {
        return switch (kind) {
            case IO -> 0x40101;
            case MEM32 -> 0x40200;
            case MEM32_PREF -> 0x42208;
            case MEM64 -> 0x140204;
            case MEM64_PREF -> 0x14220c;
            case ROM -> 0x46200;
            case WINDOW_IO -> 0x100;
            case WINDOW_MEM -> 0x200;
            case WINDOW_PREF -> 0x102201;
        };
    }

    private TreeBuilder put(Resource resource) {
        PciFunction function = last();
        List<Resource> resources = new ArrayList<>(function.resources());
        resources.removeIf(r -> r.index() == resource.index());
        resources.add(resource);
        resources.sort(Comparator.comparingInt(Resource::index));
        functions.put(last, function.withResources(resources));
        return this;
    }

    private PciFunction last() {
        return Objects.requireNonNull(functions.get(last), "nothing was named yet");
    }

    private void add(PciFunction function) {
        last = function.address();
        functions.put(last, function);
    }

    private static Optional<PciAddress> parent(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(PciAddress.parse(text));
    }

    /** Mebibytes in bytes. */
    public static long mib(long count) {
        return count * M;
    }
}
