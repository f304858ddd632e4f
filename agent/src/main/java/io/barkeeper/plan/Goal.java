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
import java.util.HashSet;
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

    private final State now;
    private final History history;
    private final Map<PciAddress, PciFunction> workers;
    private final Set<PciAddress> wanted;
    private final Set<PciAddress> targets = new TreeSet<>();
    private final List<Reserve> reserves;
    private final Set<ResourceId> windows;

    private Goal(
            State now,
            History history,
            Map<PciAddress, PciFunction> workers,
            Set<PciAddress> wanted,
            List<Reserve> reserves,
            Set<ResourceId> windows) {
        this.now = now;
        this.history = history;
        this.workers = workers;
        this.wanted = wanted;
        this.reserves = reserves;
        this.windows = windows;
        targets.addAll(wanted);
        targets.addAll(workers.keySet());
        targets.removeAll(now.working());
        reserves.forEach(r -> targets.add(r.port()));
        windows.forEach(w -> targets.add(w.address()));
    }

    /**
     * The machine as it is.
     *
     * @param working the functions that work
     * @param orphans resources that the kernel has released
     */
    private record State(Topology topology, Set<PciAddress> working, Set<ResourceId> orphans) {

        static State of(Topology topology, History history) {
            Works works = new Works(topology, history);
            Set<PciAddress> working = new HashSet<>();
            topology.functions().stream()
                    .map(PciFunction::address)
                    .filter(works::works)
                    .forEach(working::add);
            return new State(topology, working, orphansOf(topology));
        }

        /** The same, in which nobody counts on those. */
        State without(Set<PciAddress> spared) {
            Set<PciAddress> others = new HashSet<>(working);
            others.removeAll(spared);
            return new State(topology, others, orphans);
        }
    }

    static Goal of(Topology start, History remembered, Set<PciAddress> wished) {
        History history = remembered.seen(start, false);
        State now = State.of(start, history);
        Optional<Works> then = history.lastGood().map(t -> new Works(t, history));
        Map<PciAddress, PciFunction> workers = new TreeMap<>();
        for (PciFunction function : start.functions()) {
            PciAddress address = function.address();
            if (now.working().contains(address)
                    || (then.isPresent()
                            && same(function, history)
                            && then.get().works(address))) {
                workers.put(address, function);
            }
        }
        return new Goal(
                now,
                history,
                workers,
                new TreeSet<>(wished.isEmpty() ? inTrouble(now, history) : wished),
                List.of(),
                Set.of());
    }

    private static boolean same(PciFunction function, History history) {
        return history.lastGood()
                .flatMap(t -> t.find(function.address()))
                .filter(f -> f.ids().equals(function.ids()))
                .isPresent();
    }

    private static Set<PciAddress> inTrouble(State now, History history) {
        Set<PciAddress> addresses = new TreeSet<>();
        for (Trouble trouble : Diagnosis.examine(now.topology(), history)) {
            if (trouble.isHarm()) {
                addresses.add(trouble.address());
            }
        }
        addresses.removeIf(
                a -> now.topology().find(a).isEmpty() || now.working().contains(a));
        return addresses;
    }

    /** The same without some of the targets: nothing is owed to them, for they do not work now either. */
    Goal without(Set<PciAddress> leftOut) {
        Map<PciAddress, PciFunction> others = new TreeMap<>(workers);
        Set<PciAddress> still = new TreeSet<>(wanted);
        for (PciAddress address : leftOut) {
            if (targets.contains(address)) {
                others.remove(address);
                still.remove(address);
            }
        }
        return new Goal(now, history, others, still, reserves, windows);
    }

    /** The same, in which these may lose what they have. */
    Goal owingNothingTo(Set<PciAddress> spared) {
        Map<PciAddress, PciFunction> others = new TreeMap<>(workers);
        others.keySet().removeAll(spared);
        Set<PciAddress> still = new TreeSet<>(wanted);
        still.removeAll(spared);
        return new Goal(now.without(spared), history, others, still, reserves, windows);
    }

    /**
     * For a round that others follow: nobody who works now may be worse off, and the plan may stop for good there, but the
     * targets may still be in trouble.
     */
    Goal harmless() {
        Goal goal = new Goal(now, history, workingNow(), new TreeSet<>(), List.of(), Set.of());
        goal.targets.addAll(targets);
        return goal;
    }

    /** The same goal on the machine as it is after an earlier round. */
    Goal from(Topology state) {
        return new Goal(State.of(state, history), history, workers, wanted, reserves, windows);
    }

    /** The same goal on the machine of another one. */
    Goal where(Goal other) {
        return new Goal(other.now, history, workers, wanted, reserves, windows);
    }

    /** Nothing but room for later: whoever is in trouble now may stay so. */
    Goal reserving(List<Reserve> wishes) {
        return new Goal(now, history, workingNow(), new TreeSet<>(), wishes, Set.of());
    }

    /** Nothing but open windows of bridges: whoever is in trouble now may stay so. */
    Goal opening(Set<ResourceId> closed) {
        return new Goal(now, history, workingNow(), new TreeSet<>(), List.of(), closed);
    }

    /** The workers without those that are in trouble now. */
    private Map<PciAddress, PciFunction> workingNow() {
        Map<PciAddress, PciFunction> owed = new TreeMap<>(workers);
        owed.keySet().retainAll(now.working());
        return owed;
    }

    /** Devices for which there must be room afterwards. */
    List<Reserve> reserves() {
        return reserves;
    }

    Topology start() {
        return now.topology();
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

    /** True when the kernel has released a resource of somebody. */
    boolean hasOrphans() {
        return !now.orphans().isEmpty();
    }

    boolean worksNow(PciAddress address) {
        return now.working().contains(address);
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
        return closedIn(after, works).or(() -> lostIn(after, works, Set.of())).or(() -> newOrphan(after));
    }

    private Optional<String> closedIn(Topology after, Works works) {
        return windows.stream()
                .filter(w -> after.find(w.address())
                        .filter(b -> works.isOpen(b, w.index()))
                        .isEmpty())
                .findFirst()
                .map(w -> w.address() + " would be without an open "
                        + start().get(w.address())
                                .resource(w.index())
                                .orElseThrow()
                                .kind()
                                .label() + " window");
    }

    /** The first worker that does not work in this state, one sentence; empty when none was lost. */
    Optional<String> lostIn(Topology after) {
        return lostIn(after, new Works(after, history), Set.of());
    }

    /** The same without some functions, as when they were pulled in the meantime. */
    Optional<String> lostIn(Topology after, Set<PciAddress> gone) {
        return lostIn(after, new Works(after, history), gone);
    }

    private Optional<String> lostIn(Topology after, Works works, Set<PciAddress> gone) {
        for (PciAddress address : workers.keySet()) {
            Optional<String> loss = gone.contains(address) ? Optional.empty() : loss(after, works, address);
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
                .filter(o -> !now.orphans().contains(o))
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
