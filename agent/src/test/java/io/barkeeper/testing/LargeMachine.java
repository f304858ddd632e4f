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
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Seeded machines of any size for measurements. They are made of trees of 32 functions: a root port, a switch with five
 * hot-plug slots, and in each slot a device of five functions. Up to 32 trees share a root bus; larger machines have
 * several host bridges, one for every 1,024 functions, as servers with that many functions do.
 */
public final class LargeMachine {

    private static final int TREE = 32;
    private static final int TREES_ON_A_ROOT_BUS = 32;
    private static final int SLOTS = 5;
    private static final int FUNCTIONS = 5;
    private static final int BUSES_OF_A_TREE = 2 + SLOTS;
    private static final long GIGABYTE = 1L << 30;
    private static final long LOW_SHARE = 176L << 20;
    private static final ResourceKind[] KINDS = {
        ResourceKind.MEM32, ResourceKind.MEM64, ResourceKind.MEM64_PREF, ResourceKind.MEM32_PREF
    };

    private final Random random;
    private final List<HostBridge> hosts = new ArrayList<>();
    private final List<PciFunction> plugged = new ArrayList<>();

    private LargeMachine(long seed) {
        this.random = new Random(seed);
    }

    /**
     * Everything is plugged in and the kernel knows nothing yet: its first rescan finds and places all.
     *
     * @param functions a multiple of 32
     */
    public static Topology unscanned(String release, int functions, long seed) {
        LargeMachine machine = new LargeMachine(seed);
        int trees = functions / TREE;
        for (int tree = 0; tree < trees; tree++) {
            int domain = tree / TREES_ON_A_ROOT_BUS;
            int device = tree % TREES_ON_A_ROOT_BUS;
            if (device == 0) {
                machine.host(domain);
            }
            machine.tree(domain, device);
        }
        FirmwareMap firmware = new FirmwareMap(FirmwareMap.Honoured.NO, List.of(), OptionalLong.of(GIGABYTE));
        return Topology.of(
                new KernelIdentity(release, "", "x86_64", "", ""),
                machine.hosts,
                List.of(),
                firmware,
                "",
                List.of(),
                machine.plugged);
    }

    private void host(int domain) {
        long above = (domain + 1) * 1024L * GIGABYTE;
        hosts.add(new HostBridge(
                domain,
                0,
                255,
                List.of(
                        new HostBridge.Aperture(true, false, AddressRange.ofSize(0x1000, 0xf000)),
                        new HostBridge.Aperture(
                                false, false, AddressRange.ofSize(GIGABYTE + domain * LOW_SHARE, LOW_SHARE)),
                        new HostBridge.Aperture(false, false, AddressRange.ofSize(above, 1024 * GIGABYTE)))));
    }

    private void tree(int domain, int device) {
        int first = 1 + device * BUSES_OF_A_TREE;
        int last = first + BUSES_OF_A_TREE - 1;
        PciAddress rootPort = new PciAddress(domain, 0, device, 0);
        PciAddress upstream = new PciAddress(domain, first, 0, 0);
        plugged.add(port(rootPort, Optional.empty(), PortType.ROOT_PORT, first, last));
        plugged.add(port(upstream, Optional.of(rootPort), PortType.UPSTREAM_PORT, first + 1, last));
        for (int slot = 0; slot < SLOTS; slot++) {
            int bus = first + 2 + slot;
            PciAddress downstream = new PciAddress(domain, first + 1, slot, 0);
            plugged.add(port(downstream, Optional.of(upstream), PortType.DOWNSTREAM_PORT, bus, bus));
            for (int function = 0; function < FUNCTIONS; function++) {
                plugged.add(endpoint(new PciAddress(domain, bus, 0, function), downstream));
            }
        }
    }

    private static PciFunction port(
            PciAddress at, Optional<PciAddress> parent, PortType type, int secondary, int subordinate) {
        Bridge bridge = new Bridge(
                at.bus(),
                secondary,
                subordinate,
                new Bridge.Windows(true, false, true, true),
                type == PortType.DOWNSTREAM_PORT,
                type == PortType.DOWNSTREAM_PORT,
                false,
                Optional.empty());
        List<Resource> rows = new ArrayList<>();
        List.of(ResourceKind.WINDOW_IO, ResourceKind.WINDOW_MEM, ResourceKind.WINDOW_PREF)
                .forEach(kind -> rows.add(Resource.unassigned(
                        Resource.WINDOW_IO + rows.size(), kind, 0, OptionalLong.of(0), Decoded.closed())));
        return PciFunction.of(at, parent, PciFunction.Ids.of(0x1b36, 0xc), 0x060400, type)
                .withResources(rows)
                .withBridge(bridge)
                .withDriver(Optional.of("pcieport"))
                .withCommand(OptionalInt.of(7), 1);
    }

    private PciFunction endpoint(PciAddress at, PciAddress parent) {
        List<Resource> rows = new ArrayList<>();
        int index = 0;
        for (int bar = 0; bar <= random.nextInt(3); bar++) {
            ResourceKind kind = KINDS[random.nextInt(KINDS.length)];
            boolean wide = kind == ResourceKind.MEM64 || kind == ResourceKind.MEM64_PREF;
            long size = 1L << (12 + random.nextInt(kind == ResourceKind.MEM64_PREF ? 16 : 6));
            rows.add(Resource.unassigned(index, kind, 0, OptionalLong.of(size), Decoded.closed()));
            index += wide ? 2 : 1;
        }
        return PciFunction.of(at, Optional.of(parent), PciFunction.Ids.of(0x1b36, 5), 0xff0000, PortType.ENDPOINT)
                .withResources(rows)
                .withDriver(Optional.of("test"))
                .withCommand(OptionalInt.of(0), 1);
    }
}
