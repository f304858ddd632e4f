package io.barkeeper.plan;

import io.barkeeper.diagnosis.Diagnosis;
import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a plan must reach, and what it must never lose.
 *
 * <p><em>Workers</em> are the functions that work now, or worked in the last good snapshot and are still there: each
 * must work afterwards, at the same address, with the same bus numbers below it. <em>Wanted</em> are the functions that
 * the plan is for. <em>Targets</em> are those of both that do not work now.
 */
final class Goal {

    private final Topology start;
    private final History history;
    private final Map<PciAddress, PciFunction> workers = new TreeMap<>();
    private final Set<PciAddress> wanted = new TreeSet<>();
    private final Set<PciAddress> targets = new TreeSet<>();
    private final Set<ResourceId> orphans;

    private Goal(Topology start, History history) {
        this.start = start;
        this.history = history;
        this.orphans = orphansOf(start);
    }

    static Goal of(Topology start, History remembered, Set<PciAddress> wished) {
        History history = remembered.seen(start, false);
        Goal goal = new Goal(start, history);
        Works now = new Works(start, history);
        Optional<Works> then = history.lastGood().map(t -> new Works(t, history));
        for (PciFunction function : start.functions()) {
            PciAddress address = function.address();
            boolean worked = then.isPresent()
                    && goal.same(function, history)
                    && then.get().works(address);
            if (worked || now.works(address)) {
                goal.workers.put(address, function);
            }
        }
        goal.wanted.addAll(wished.isEmpty() ? inTrouble(start, history) : wished);
        Set<PciAddress> all = new LinkedHashSet<>(goal.wanted);
        all.addAll(goal.workers.keySet());
        all.stream().filter(a -> !now.works(a)).forEach(goal.targets::add);
        return goal;
    }

    private boolean same(PciFunction function, History history) {
        return history.lastGood()
                .flatMap(t -> t.find(function.address()))
                .filter(f -> f.ids().equals(function.ids()))
                .isPresent();
    }

    private static Set<PciAddress> inTrouble(Topology start, History history) {
        Works now = new Works(start, history);
        Set<PciAddress> addresses = new TreeSet<>();
        for (Trouble trouble : Diagnosis.examine(start, history)) {
            if (trouble.isHarm()) {
                addresses.add(trouble.address());
            }
        }
        addresses.removeIf(a -> start.find(a).isEmpty() || now.works(a));
        return addresses;
    }

    Topology start() {
        return start;
    }

    History history() {
        return history;
    }

    /** Functions that must work and do not, ascending. */
    Set<PciAddress> targets() {
        return targets;
    }

    boolean isWorker(PciAddress address) {
        return workers.containsKey(address);
    }

    /** The first thing that this state lacks, one sentence; empty when the goal is reached. */
    Optional<String> missingIn(Topology after) {
        Works works = new Works(after, history);
        for (PciAddress address : wanted) {
            Optional<String> missing = works.shortcoming(address);
            if (missing.isPresent()) {
                return missing;
            }
        }
        return lostIn(after, works).or(() -> newOrphan(after));
    }

    /** The first worker that does not work in this state, one sentence; empty when none was lost. */
    Optional<String> lostIn(Topology after) {
        return lostIn(after, new Works(after, history));
    }

    /** The same without some functions, as when they were pulled in the meantime. */
    Optional<String> lostIn(Topology after, Set<PciAddress> gone) {
        Works works = new Works(after, history);
        return workers.keySet().stream()
                .filter(a -> !gone.contains(a))
                .flatMap(a -> loss(after, works, a).stream())
                .findFirst();
    }

    private Optional<String> lostIn(Topology after, Works works) {
        for (PciAddress address : workers.keySet()) {
            Optional<String> loss = loss(after, works, address);
            if (loss.isPresent()) {
                return loss;
            }
        }
        return Optional.empty();
    }

    private Optional<String> loss(Topology after, Works works, PciAddress address) {
        PciFunction before = workers.get(address);
        Optional<PciFunction> found = after.find(address);
        if (before == null || found.isEmpty()) {
            return Optional.of(address + " would not be found again");
        }
        if (!found.get().ids().equals(before.ids())) {
            return Optional.of("another device would be found at " + address);
        }
        if (!busNumbers(before).equals(busNumbers(found.get()))) {
            return Optional.of("the bus numbers below " + address + " would change");
        }
        return works.shortcoming(address).map(s -> "it would harm a working device: " + s);
    }

    private static List<Integer> busNumbers(PciFunction function) {
        return function.bridge().map(Goal::numbers).orElse(List.of());
    }

    private static List<Integer> numbers(Bridge bridge) {
        return List.of(bridge.primary(), bridge.secondary(), bridge.subordinate());
    }

    private Optional<String> newOrphan(Topology after) {
        return orphansOf(after).stream()
                .filter(o -> !orphans.contains(o))
                .findFirst()
                .map(o -> o.address() + " "
                        + after.get(o.address())
                                .resource(o.index())
                                .map(Resource::name)
                                .orElse("") + " would be left released");
    }

    private static Set<ResourceId> orphansOf(Topology topology) {
        Set<ResourceId> orphans = new TreeSet<>();
        for (PciFunction function : topology.functions()) {
            for (Resource resource : function.resources()) {
                if (resource.isOrphan()) {
                    orphans.add(new ResourceId(function.address(), resource.index()));
                }
            }
        }
        return orphans;
    }
}
