package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.FirmwareMap;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Builds machines as QEMU's q35 with 1 GiB of memory makes them. Everything is plugged in and nothing is known to the
 * kernel until the first rescan, so every address in a test is one that the model chose.
 */
final class Lab {

    static final long K = 1 << 10;
    static final long M = 1 << 20;
    static final long G = 1 << 30;

    private final List<PciFunction> plugged = new ArrayList<>();
    private final List<HostBridge.Aperture> apertures = new ArrayList<>();
    private String release = "6.1.0";
    private String commandLine = "";

    static Lab q35(String release) {
        Lab lab = new Lab();
        lab.release = release;
        lab.io(0x0, 0xcf7);
        lab.io(0xd00, 0xffff);
        lab.memory(0xa0000, 0xbffff);
        lab.memory(0x40000000L, 0xafffffffL);
        lab.memory(0xc0000000L, 0xfebfffffL);
        lab.memory(0x1_0000_0000L, 0x8_ffff_ffffL);
        return lab;
    }

    static Lab bare(String release) {
        Lab lab = new Lab();
        lab.release = release;
        return lab;
    }

    Lab commandLine(String text) {
        commandLine = text;
        return this;
    }

    Lab io(long start, long end) {
        apertures.add(new HostBridge.Aperture(true, false, new AddressRange(start, end)));
        return this;
    }

    Lab memory(long start, long end) {
        apertures.add(new HostBridge.Aperture(false, false, new AddressRange(start, end)));
        return this;
    }

    static PciAddress at(String text) {
        return PciAddress.parse(text);
    }

    /** A port with closed registers; {@code parent} may be empty for a root bus. */
    Lab port(String address, String parent, PortType type, boolean hotplug, int secondary, int subordinate) {
        PciAddress at = at(address);
        Bridge bridge = new Bridge(
                at.bus(),
                secondary,
                subordinate,
                new Bridge.Windows(true, false, true, true),
                hotplug,
                hotplug,
                false,
                Optional.empty());
        List<Resource> rows = new ArrayList<>();
        for (int i = Resource.WINDOW_IO; i <= Resource.WINDOW_PREF; i++) {
            rows.add(Resource.unassigned(i, TreeReader.windowKind(i), 0, OptionalLong.of(0), Decoded.closed()));
        }
        PciFunction port = PciFunction.of(
                        at,
                        parent.isEmpty() ? Optional.empty() : Optional.of(at(parent)),
                        PciFunction.Ids.of(0x1b36, 0xc),
                        0x060400,
                        type)
                .withResources(rows)
                .withBridge(bridge)
                .withDriver(Optional.of("pcieport"))
                .withCommand(OptionalInt.of(7), 1);
        plugged.add(port);
        return this;
    }

    /** An endpoint from a SPEC such as {@code mem32=4K,io=256,mem64pref=64M}. */
    Lab device(String address, String parent, String spec) {
        DeviceSpec.FunctionSpec function =
                ActionParser.parseSpec(spec).functions().get(0);
        List<Resource> rows = new ArrayList<>();
        for (DeviceSpec.BarSpec bar : function.bars()) {
            rows.add(Resource.unassigned(
                    bar.index(), bar.kind(), 0, OptionalLong.of(bar.size() * bar.count()), Decoded.closed()));
        }
        plugged.add(PciFunction.of(
                        at(address),
                        parent.isEmpty() ? Optional.empty() : Optional.of(at(parent)),
                        PciFunction.Ids.of(0x1b36, 5),
                        0xff0000,
                        PortType.ENDPOINT)
                .withResources(rows)
                .withDriver(Optional.of("test"))
                .withCommand(OptionalInt.of(0), 1));
        return this;
    }

    /** The machine before the kernel looked. */
    Topology unscanned() {
        HostBridge host = new HostBridge(0, 0, 255, apertures);
        FirmwareMap firmware = new FirmwareMap(FirmwareMap.Honoured.NO, List.of(), OptionalLong.of(0x40000000L));
        KernelIdentity kernel = new KernelIdentity(release, "", "x86_64", "", commandLine);
        return Topology.of(kernel, List.of(host), List.of(), firmware, "", List.of(), plugged);
    }

    static KernelModel model(Topology topology) {
        return KernelModels.forKernel(topology.kernel());
    }

    /** The machine after a first rescan. */
    Topology scanned() {
        Topology before = unscanned();
        return model(before).apply(before, new Action.RescanAll()).after();
    }

    static Topology apply(Topology before, String... actions) {
        Topology now = before;
        for (String action : actions) {
            now = model(before).apply(now, ActionParser.parse(action)).after();
        }
        return now;
    }

    static Resource row(Topology topology, String address, int index) {
        return topology.get(at(address)).resource(index).orElseThrow();
    }

    static Optional<AddressRange> range(Topology topology, String address, int index) {
        return topology.get(at(address)).resource(index).flatMap(Resource::range);
    }

    static long start(Topology topology, String address, int index) {
        return range(topology, address, index).orElseThrow().start();
    }

    /** Bytes of an assigned resource, 0 of an unassigned one. */
    static long size(Topology topology, String address, int index) {
        return range(topology, address, index).map(AddressRange::size).orElse(0L);
    }

    /**
     * The switch of the worked example: root port, upstream port, four downstream ports with the three SPECs behind the
     * first three of them.
     */
    static Lab switched(String release, String first, String second, String third) {
        return q35(release)
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 6)
                .port("01:00.0", "00:02.0", PortType.UPSTREAM_PORT, false, 2, 6)
                .port("02:00.0", "01:00.0", PortType.DOWNSTREAM_PORT, true, 3, 3)
                .port("02:01.0", "01:00.0", PortType.DOWNSTREAM_PORT, true, 4, 4)
                .port("02:02.0", "01:00.0", PortType.DOWNSTREAM_PORT, true, 5, 5)
                .port("02:03.0", "01:00.0", PortType.DOWNSTREAM_PORT, true, 6, 6)
                .device("03:00.0", "02:00.0", first)
                .device("04:00.0", "02:01.0", second)
                .device("05:00.0", "02:02.0", third);
    }

    /** The same functions, known to the kernel, with nothing assigned and all registers closed. */
    static Topology closeEverything(Topology topology) {
        return topology.map(f -> f.withResources(f.resources().stream()
                .map(r -> Resource.unassigned(
                        r.index(), r.kind(), 0, r.isWindow() ? OptionalLong.of(0) : r.size(), Decoded.closed()))
                .toList()));
    }
}
