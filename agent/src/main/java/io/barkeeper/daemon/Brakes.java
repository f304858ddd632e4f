package io.barkeeper.daemon;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps the daemon from running in circles: by itself it never runs the same plan for the same newcomer twice, and after
 * a plan failed for a newcomer it runs no other for it either, as long as that device stays. Operators are free to. A
 * device is known by its path from the root, its identifiers and its serial number.
 */
final class Brakes {

    private final Set<String> run = new HashSet<>();
    private final Set<String> failed = new HashSet<>();

    /** Why this plan must wait for an operator; empty when it may run. */
    Optional<String> objection(Plan plan) {
        Optional<String> stuck =
                newcomers(plan).stream().filter(failed::contains).findFirst();
        if (stuck.isPresent()) {
            return Optional.of("a plan for " + stuck.get() + " has failed already");
        }
        return run.contains(key(plan))
                ? Optional.of("the same plan for the same devices was run already")
                : Optional.empty();
    }

    /** Before a plan is begun, by whomever. */
    void begins(Plan plan) {
        run.add(key(plan));
    }

    /** A plan did not end as planned. */
    void fails(Plan plan) {
        failed.addAll(newcomers(plan));
    }

    /** What has left the machine may be tried again when it comes back. */
    void look(Topology now) {
        Set<String> present = new HashSet<>();
        for (PciFunction function : now.functions()) {
            present.add(name(now, function));
        }
        failed.retainAll(present);
        run.removeIf(key ->
                !present.containsAll(Set.of(key.substring(0, key.indexOf('|')).split(","))));
    }

    private static String key(Plan plan) {
        return String.join(",", newcomers(plan)) + "|" + plan.actions();
    }

    private static Set<String> newcomers(Plan plan) {
        Set<String> names = new TreeSet<>();
        for (PciAddress address : plan.newcomers()) {
            names.add(plan.start().find(address).map(f -> name(plan.start(), f)).orElse(address.toString()));
        }
        return names;
    }

    private static String name(Topology topology, PciFunction function) {
        return topology.path(function.address()) + " " + function.ids() + " "
                + function.ids().serial();
    }
}
