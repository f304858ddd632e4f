package io.barkeeper.plan;

import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.testing.TreeBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Seven host bridges, below each three levels of switches with four ports each, and a device of eight functions behind
 * nearly every port: 4,096 functions and more. One device is replaced by one whose BAR does not fit.
 */
public final class WedgedNewcomer {

    private static final int DOMAINS = 7;
    private static final int PORTS = 4;
    private static final int LEVELS = 3;
    private static final int FUNCTIONS = 8;

    private final TreeBuilder tree;
    private int nextBus = 1;
    private String lastLeaf = "";

    private WedgedNewcomer(String release) {
        this.tree = TreeBuilder.bare(release)
                .aperture(true, 0xd00, 0xf300)
                .aperture(false, 0x8000_0000L, TreeBuilder.mib(1536))
                .aperture(false, 0x10_0000_0000L, TreeBuilder.mib(65536));
    }

    /** What to do about the newcomer. */
    public static PlanRequest request(String release) {
        WedgedNewcomer machine = new WedgedNewcomer(release);
        machine.port("00:01.0", "", PortType.ROOT_PORT, LEVELS);
        Topology one = machine.tree.build();
        List<HostBridge> hosts = new ArrayList<>();
        List<PciFunction> functions = new ArrayList<>();
        for (int domain = 0; domain < DOMAINS; domain++) {
            HostBridge host = one.hostBridges().get(0);
            hosts.add(new HostBridge(domain, host.bus(), host.lastBus(), host.apertures()));
            for (PciFunction function : one.functions()) {
                functions.add(inDomain(function, domain));
            }
        }
        Topology unscanned = Topology.of(one.kernel(), hosts, List.of(), one.firmware(), "", List.of(), functions);
        KernelModel model = KernelModels.forRelease(release).quiet();
        Topology before = model.apply(unscanned, new Action.RescanAll()).after();
        String port = "0000:" + machine.lastLeaf;
        Topology now = model.applyAll(
                        before,
                        List.of(
                                ActionParser.parse("unplug:" + port),
                                ActionParser.parse("hotplug:" + port + ":mem32=4K,none,mem64pref=256M")))
                .after();
        Map<PciAddress, Movability> free = new LinkedHashMap<>();
        now.functions().forEach(f -> free.put(f.address(), new Movability.Free("idle")));
        return new PlanRequest(now, History.NONE.seen(before, true), free, model);
    }

    private static PciFunction inDomain(PciFunction function, int domain) {
        PciAddress a = function.address();
        Optional<PciAddress> parent =
                function.parent().map(p -> new PciAddress(domain, p.bus(), p.device(), p.function()));
        return function.at(new PciAddress(domain, a.bus(), a.device(), a.function()), parent);
    }

    private void port(String address, String parent, PortType type, int levels) {
        int bus = nextBus++;
        int last = bus + below(type, levels);
        tree.port(address, parent, type, bus, last);
        if (type == PortType.UPSTREAM_PORT) {
            for (int i = 0; i < PORTS; i++) {
                port(String.format("%02x:%02x.0", bus, i), address, PortType.DOWNSTREAM_PORT, levels - 1);
            }
        } else if (levels > 0) {
            port(String.format("%02x:00.0", bus), address, PortType.UPSTREAM_PORT, levels);
        } else {
            lastLeaf = address;
            for (int i = 0; i < FUNCTIONS; i++) {
                tree.endpoint(String.format("%02x:00.%d", bus, i), address, 0x010802, PortType.ENDPOINT, "nvme")
                        .unplaced(0, ResourceKind.MEM64, 16384)
                        .unplaced(2, ResourceKind.MEM64_PREF, 1 << 20);
            }
        }
    }

    /** Bus numbers that the subtree of such a port needs besides its own. */
    private static int below(PortType type, int levels) {
        if (type == PortType.UPSTREAM_PORT) {
            return PORTS * (1 + below(PortType.DOWNSTREAM_PORT, levels - 1));
        }
        return levels == 0 ? 0 : 1 + below(PortType.UPSTREAM_PORT, levels);
    }
}
