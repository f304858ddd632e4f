package io.barkeeper.testkit;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Attachment;
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
import io.barkeeper.pci.Sriov;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** Topologies with every field taking every shape; well-formed, and otherwise of no machine that could exist. */
public final class RandomTopology {

    private static final ResourceKind[] BARS = {
        ResourceKind.IO, ResourceKind.MEM32, ResourceKind.MEM32_PREF, ResourceKind.MEM64, ResourceKind.MEM64_PREF
    };

    private final RandomGenerator random;
    private int lastBus;

    private RandomTopology(RandomGenerator random) {
        this.random = random;
    }

    public static Topology make(RandomGenerator random) {
        return new RandomTopology(random).topology();
    }

    private Topology topology() {
        List<HostBridge> hosts = List.of(
                new HostBridge(0, 0, 0x7f, List.of(new HostBridge.Aperture(true, false, range()))),
                new HostBridge(
                        0x10000,
                        0xe0,
                        0xff,
                        List.of(
                                new HostBridge.Aperture(false, true, AddressRange.ALL),
                                new HostBridge.Aperture(false, false, range()))));
        List<PciFunction> functions = new ArrayList<>();
        List<PciFunction> bridges = new ArrayList<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            Optional<PciFunction> above =
                    bridges.isEmpty() || random.nextBoolean() ? Optional.empty() : Optional.of(pick(bridges));
            PciAddress address = above.map(b -> new PciAddress(
                            b.address().domain(), b.bridge().orElseThrow().secondary(), 0, 0))
                    .orElse(random.nextBoolean() ? new PciAddress(0, 0, 0, 0) : new PciAddress(0x10000, 0xe0, 0, 0));
            address = new PciAddress(address.domain(), address.bus(), i, random.nextInt(8));
            PciFunction function = function(address, above.map(PciFunction::address));
            functions.add(function);
            if (function.isBridge()) {
                bridges.add(function);
            }
        }
        FirmwareMap firmware = new FirmwareMap(
                pick(List.of(FirmwareMap.Honoured.values())), List.of(range(), range()), maybe(random.nextLong()));
        List<Reservation> reserved = List.of(new Reservation(random.nextBoolean(), range(), "pnp \"00:01\" \u00e9"));
        KernelIdentity kernel = new KernelIdentity("6.12.1", "#1 SMP", "x86_64", "b00t", "quiet pci=realloc");
        List<PciFunction> detached = List.of(
                function(new PciAddress(0, 9, random.nextInt(32), 0), Optional.of(PciAddress.parse("0000:07:00.0"))));
        return Topology.of(kernel, hosts, reserved, firmware, "12@0000:06:00.0", functions, detached);
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private OptionalLong maybe(long value) {
        return random.nextBoolean() ? OptionalLong.of(value) : OptionalLong.empty();
    }

    private <T> Optional<T> maybe(T value) {
        return random.nextBoolean() ? Optional.of(value) : Optional.empty();
    }

    private AddressRange range() {
        long one = random.nextLong();
        long other = random.nextLong();
        return new AddressRange(AddressRange.min(one, other), AddressRange.max(one, other));
    }

    private PciFunction function(PciAddress address, Optional<PciAddress> parent) {
        boolean isBridge = random.nextBoolean();
        int vfs = 1 + random.nextInt(8);
        boolean pf = !isBridge && random.nextBoolean();
        int secondary = ++lastBus;
        return new PciFunction(
                address,
                parent,
                new PciFunction.Ids(
                        random.nextInt(0x10000),
                        random.nextInt(0x10000),
                        1,
                        2,
                        3,
                        random.nextBoolean() ? "" : "0011223344556677"),
                random.nextInt(1 << 24),
                pick(List.of(PortType.values())),
                maybe("nvme"),
                random.nextInt(3),
                random.nextBoolean() ? OptionalInt.of(random.nextInt(0x10000)) : OptionalInt.empty(),
                resources(isBridge, pf ? vfs : 0),
                isBridge
                        ? Optional.of(new Bridge(
                                address.bus(),
                                secondary,
                                secondary + random.nextInt(256 - secondary),
                                new Bridge.Windows(
                                        random.nextBoolean(),
                                        random.nextBoolean(),
                                        random.nextBoolean(),
                                        random.nextBoolean()),
                                random.nextBoolean(),
                                random.nextBoolean(),
                                random.nextBoolean(),
                                maybe("5-2")))
                        : Optional.empty(),
                pf ? Optional.of(new Sriov(vfs, random.nextInt(vfs + 1))) : Optional.empty(),
                maybe(PciAddress.parse("0000:03:00.1")).filter(a -> parent.isPresent()),
                random.nextBoolean()
                        ? List.of(
                                new Attachment(Attachment.Kind.DISK, "nvme0n1", "nvme.1b36 1024"),
                                new Attachment(Attachment.Kind.INTERFACE, "eth0", "52:54:00:12:34:56"))
                        : List.of(),
                new PciFunction.Traits(
                        random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextBoolean() ? OptionalInt.of(random.nextInt(100)) : OptionalInt.empty()));
    }

    private List<Resource> resources(boolean isBridge, int vfs) {
        List<Resource> resources = new ArrayList<>();
        for (int index = 0; index <= Resource.WINDOW_PREF; index++) {
            boolean vfBar = index > Resource.ROM && index < Resource.WINDOW_IO;
            boolean possible = vfBar ? vfs > 0 : index < Resource.WINDOW_IO || isBridge;
            if (possible && random.nextBoolean()) {
                resources.add(resource(index, vfBar ? vfs : 1));
            }
        }
        return resources;
    }

    private Resource resource(int index, int count) {
        ResourceKind kind = index == Resource.ROM ? ResourceKind.ROM : pick(List.of(BARS));
        if (index >= Resource.WINDOW_IO) {
            kind = List.of(ResourceKind.WINDOW_IO, ResourceKind.WINDOW_MEM, ResourceKind.WINDOW_PREF)
                    .get(index - Resource.WINDOW_IO);
        }
        // Half of them end at the very top of the address space.
        long size = (1L << (4 + random.nextInt(50))) * count;
        long start = random.nextBoolean() ? -size : random.nextLong() >>> 2;
        Decoded hardware = pick(List.of(Decoded.closed(), Decoded.unread(), Decoded.at(range())));
        long flags = random.nextLong(1L << 32) & ~0x10L;
        if (random.nextBoolean()) {
            Resource lost = Resource.unassigned(index, kind, flags, maybe(size), hardware)
                    .withRetained(maybe(size));
            return random.nextBoolean() ? lost : lost.withMayKeep(random.nextBoolean() ? List.of() : List.of(size));
        }
        AddressRange range = AddressRange.ofSize(start, size);
        return Resource.assigned(index, kind, flags, range, random.nextBoolean() ? Decoded.at(range) : hardware);
    }
}
