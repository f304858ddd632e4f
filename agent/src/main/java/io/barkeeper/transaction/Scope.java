package io.barkeeper.transaction;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The part of a machine on which a plan's prediction rests: everything under the host bridges that it acts under, since
 * what happens there competes for the same apertures and bus numbers. Under another host bridge a device may come or go
 * without sending a transaction back.
 */
final class Scope {

    private final Set<HostBridge> hosts;

    private Scope(Set<HostBridge> hosts) {
        this.hosts = hosts;
    }

    static Scope of(Plan plan) {
        if (plan.actions().stream().anyMatch(Action.RescanAll.class::isInstance)) {
            return new Scope(Set.copyOf(plan.start().hostBridges()));
        }
        Set<HostBridge> hosts = new HashSet<>();
        plan.rounds().forEach(r -> add(plan.start(), r.released(), hosts));
        add(plan.start(), plan.newcomers(), hosts);
        return new Scope(hosts);
    }

    private static void add(Topology start, Collection<PciAddress> functions, Set<HostBridge> hosts) {
        functions.stream().filter(a -> start.find(a).isPresent()).forEach(a -> hosts.add(start.hostBridgeOf(a)));
    }

    /** The functions of a topology that are within. */
    Topology within(Topology topology) {
        return topology.with(
                topology.functions().stream()
                        .filter(f -> hosts.contains(topology.hostBridgeOf(f.address())))
                        .toList(),
                topology.detached());
    }
}
