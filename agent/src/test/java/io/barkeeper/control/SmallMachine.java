package io.barkeeper.control;

import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
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
import io.barkeeper.policy.Policy;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Usage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A root port with an NVMe disk below it, whose 256 MiB neighbour found no room: a memory window of 2 MiB in an aperture
 * of 64 MiB, in which an IOAPIC lies too.
 */
final class SmallMachine {

    static final PciAddress PORT = PciAddress.parse("0000:00:01.0");
    static final PciAddress DISK = PciAddress.parse("0000:01:00.0");
    static final PciAddress NEWCOMER = PciAddress.parse("0000:01:00.1");

    private static final long MEM64_FLAGS = 0x140204;

    private SmallMachine() {}

    static View view() {
        Topology topology = topology();
        return new View(
                topology,
                History.NONE,
                Policy.judge(topology, new Usage(Map.of(DISK, List.of())), PolicyRules.NONE),
                new Still(),
                List.of("a note"));
    }

    /** A kernel that does nothing. */
    private record Still() implements KernelModel {
        @Override
        public String name() {
            return "still";
        }

        @Override
        public Prediction apply(Topology before, Action action) {
            return new Prediction(before, List.of(), List.of());
        }
    }

    static Topology topology() {
        HostBridge host = new HostBridge(
                0,
                0,
                255,
                List.of(
                        new HostBridge.Aperture(true, false, new AddressRange(0x1000, 0xffff)),
                        new HostBridge.Aperture(false, false, AddressRange.ofSize(0xfc00_0000L, 0x400_0000))));
        return Topology.of(
                new KernelIdentity("6.12.107", "", "x86_64", "boot", ""),
                List.of(host),
                List.of(new Reservation(false, AddressRange.ofSize(0xfec0_0000L, 0x400), "IOAPIC 0")),
                FirmwareMap.UNKNOWN,
                "",
                List.of(port(), disk(), newcomer()),
                List.of());
    }

    private static PciFunction port() {
        AddressRange window = AddressRange.ofSize(0xfc00_0000L, 0x20_0000);
        return PciFunction.of(PORT, Optional.empty(), PciFunction.Ids.of(0x1b36, 0xc), 0x060400, PortType.ROOT_PORT)
                .withBridge(new Bridge(
                        0, 1, 1, new Bridge.Windows(true, false, true, true), true, true, false, Optional.of("3")))
                .withDriver(Optional.of("pcieport"))
                .withResources(List.of(
                        Resource.unassigned(13, ResourceKind.WINDOW_IO, 0, OptionalLong.of(0), Decoded.closed()),
                        Resource.assigned(14, ResourceKind.WINDOW_MEM, 0x200, window, Decoded.at(window))));
    }

    private static PciFunction disk() {
        AddressRange bar = AddressRange.ofSize(0xfc00_0000L, 0x4000);
        return PciFunction.of(DISK, Optional.of(PORT), PciFunction.Ids.of(0x1b36, 0x10), 0x010802, PortType.ENDPOINT)
                .withDriver(Optional.of("nvme"))
                .withResources(List.of(Resource.assigned(0, ResourceKind.MEM64, MEM64_FLAGS, bar, Decoded.at(bar))));
    }

    private static PciFunction newcomer() {
        return PciFunction.of(
                        NEWCOMER, Optional.of(PORT), PciFunction.Ids.of(0x1234, 0x11e8), 0x120000, PortType.ENDPOINT)
                .withResources(List.of(Resource.unassigned(
                        0, ResourceKind.MEM64, MEM64_FLAGS, OptionalLong.of(0x1000_0000), Decoded.closed())));
    }
}
