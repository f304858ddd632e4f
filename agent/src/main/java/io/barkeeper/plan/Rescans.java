package io.barkeeper.plan;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Chooses the narrowest rescan that finds a release set again. {@code devices/X/rescan} acts on the bus that X sits on
 * and on everything below, so X is a survivor on the lowest bus that all of the set lies on or below. Where nobody
 * survives there, X is the bridge above: its own bus is rescanned. A rescan of the emptied bus itself
 * ({@code pci_bus/…/rescan}) is something else: the kernel then sizes the windows of the bridge above anew, and may release
 * the windows of neighbours for that ({@code pci_assign_unassigned_bridge_resources}); it is made only where that is wanted.
 */
final class Rescans {

    private Rescans() {}

    /**
     * The rescan that finds these subtrees again, once they were removed.
     *
     * @param finding where the rescan begins; {@code RESIZING} only for all that is on one bus below a bridge
     */
    static Action finding(Topology topology, Collection<PciAddress> roots, ReleaseSet.Finding finding) {
        if (finding == ReleaseSet.Finding.RESIZING) {
            PciAddress any = roots.iterator().next();
            return new Action.RescanBus(any.domain(), any.bus());
        }
        Optional<List<PciAddress>> common = Optional.empty();
        for (PciAddress root : roots) {
            List<PciAddress> above = new ArrayList<>();
            topology.ancestors(root).forEach(a -> above.add(0, a.address()));
            common = Optional.of(common.map(c -> commonPrefix(c, above)).orElse(above));
        }
        List<PciAddress> trail = common.orElse(List.of());
        if (!trail.isEmpty() && finding == ReleaseSet.Finding.NEARBY) {
            PciAddress bridge = trail.get(trail.size() - 1);
            return new Action.Rescan(
                    survivor(topology.childrenOf(bridge), roots).orElse(bridge));
        }
        Set<String> hosts = new TreeSet<>();
        roots.forEach(r -> hosts.add(topology.hostBridgeOf(r).name()));
        if (hosts.size() != 1) {
            return new Action.RescanAll();
        }
        PciAddress any = roots.iterator().next();
        return survivor(topology.onRootBus(topology.hostBridgeOf(any)), roots)
                .<Action>map(Action.Rescan::new)
                .orElseGet(Action.RescanAll::new);
    }

    /** The functions that a rescan visits, as the kernel knows them before it. */
    static List<PciFunction> scope(Topology topology, Action rescan) {
        if (rescan instanceof Action.RescanBus bus) {
            return topology.bridgeTo(bus.domain(), bus.bus())
                    .map(b -> topology.subtree(b.address()))
                    .orElse(topology.functions());
        }
        if (!(rescan instanceof Action.Rescan one)
                || topology.find(one.address()).isEmpty()) {
            return topology.functions();
        }
        List<PciFunction> scope = new ArrayList<>();
        for (PciFunction function : topology.onBusOf(topology.get(one.address()))) {
            scope.addAll(topology.subtree(function.address()));
        }
        return scope;
    }

    /** Virtual functions have no {@code rescan} attribute; a suspended function is left asleep where another will do. */
    private static Optional<PciAddress> survivor(List<PciFunction> bus, Collection<PciAddress> removed) {
        List<PciFunction> left = bus.stream()
                .filter(f -> !removed.contains(f.address()) && !f.isVirtualFunction())
                .toList();
        return left.stream()
                .filter(f -> !f.traits().suspended())
                .map(PciFunction::address)
                .min(PciAddress::compareTo)
                .or(() -> left.stream().map(PciFunction::address).min(PciAddress::compareTo));
    }

    private static List<PciAddress> commonPrefix(List<PciAddress> a, List<PciAddress> b) {
        int length = 0;
        while (length < Math.min(a.size(), b.size()) && a.get(length).equals(b.get(length))) {
            length++;
        }
        return List.copyOf(a.subList(0, length));
    }
}
