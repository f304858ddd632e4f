package io.barkeeper.daemon;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Keeps the daemon from running in circles: by itself it never runs the same plan for the same newcomer twice, and after
 * a plan failed for a newcomer it runs no other for it either, as long as that device stays. Operators are free to. A
 * device is known by its path from the root, its identifiers and its serial number.
 */
final class Brakes {

    /**
     * What must outlive the process, so that a daemon that was killed in the middle of a plan does not begin it again.
     *
     * @param run plans that were begun
     * @param failed devices for which a plan failed
     */
    record Marks(Set<String> run, Set<String> failed) {
        static final Marks NONE = new Marks(Set.of(), Set.of());

        Marks {
            run = Set.copyOf(run);
            failed = Set.copyOf(failed);
        }
    }

    private final Set<String> run;
    private final Set<String> failed;
    private final Consumer<Marks> memory;

    /** @param memory is told of every change */
    Brakes(Marks remembered, Consumer<Marks> memory) {
        this.run = new HashSet<>(remembered.run());
        this.failed = new HashSet<>(remembered.failed());
        this.memory = memory;
    }

    private void remember() {
        memory.accept(new Marks(run, failed));
    }

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
        remember();
    }

    /** A plan did not end as planned. */
    void fails(Plan plan) {
        failed.addAll(newcomers(plan));
        remember();
    }

    /** What has left the machine may be tried again when it comes back. */
    void look(Topology now) {
        Set<String> present = new HashSet<>();
        for (PciFunction function : now.functions()) {
            present.add(name(now, function));
        }
        boolean changed = failed.retainAll(present);
        changed |= run.removeIf(key ->
                !present.containsAll(Set.of(key.substring(0, key.indexOf('|')).split(","))));
        if (changed) {
            remember();
        }
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
