package io.barkeeper.plan;

import io.barkeeper.diagnosis.Spaces;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.ReleaseSet.Finding;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Proposes release sets, from small to large.
 *
 * <p>Every set must hold each target or a bridge above it. So each target climbs from itself over its port up to the
 * root bus, and every combination of levels is a set (all targets in step where the combinations are too many). Each
 * such set is then widened by neighbours that may move, on the buses where their space can be of use: all combinations
 * of up to eight neighbours; of more, bus by bus, those that lie side by side on the address line, since only they can
 * give one larger piece, and all of them together: on a root bus that is the whole domain. Neighbours that may not move
 * are never added, so a set around a busy port is found by itself.
 */
final class ReleaseSets {

    private static final int MOST_COMBINATIONS = 200;
    private static final int FEW_NEIGHBOURS = 8;
    private static final int MOST_SETS = 4000;

    private final Topology topology;
    private final Map<PciAddress, Movability> movability;
    private final boolean hasOrphans;
    private final Set<List<PciAddress>> found = new LinkedHashSet<>();
    private final Set<List<PciAddress>> landmarks = new HashSet<>();
    private final Map<PciAddress, Boolean> leaving = new HashMap<>();
    private final Map<PciAddress, Boolean> lackingAbove = new HashMap<>();

    private ReleaseSets(Goal goal, Map<PciAddress, Movability> movability) {
        this.topology = goal.start();
        this.movability = movability;
        this.hasOrphans = goal.hasOrphans();
    }

    /** Finds the sets for a goal. */
    static ReleaseSets of(Goal goal, Map<PciAddress, Movability> movability) {
        ReleaseSets sets = new ReleaseSets(goal, movability);
        List<List<Set<PciAddress>>> climbs = sets.climbs(goal.targets());
        List<Set<PciAddress>> bases = combinations(climbs);
        bases.forEach(sets::propose);
        inStep(climbs).forEach(base -> sets.landmarks.add(sets.rootsOf(base)));
        for (Set<PciAddress> base : bases) {
            for (Finding finding : List.of(Finding.NEARBY, Finding.FROM_THE_TOP)) {
                Set<PciAddress> with = sets.withOrphans(base, finding);
                if (!base.containsAll(with)) {
                    sets.propose(with);
                }
            }
        }
        return sets;
    }

    /** The sets, without repetition, in no order of merit. */
    List<ReleaseSet> all() {
        return found.stream()
                .map(s -> new ReleaseSet(s, false, ReleaseSet.Finding.NEARBY, Optional.empty()))
                .toList();
    }

    /** True when a rescan of the root bus gives a surviving bridge a window that the lowest rescan would not. */
    boolean reachFurtherUp(ReleaseSet set) {
        for (PciAddress root : set.roots()) {
            if (lackingAbove.computeIfAbsent(
                    root, r -> topology.ancestors(r).stream().anyMatch(ReleaseSets::lacksWindow))) {
                return true;
            }
        }
        return false;
    }

    /**
     * True for what is worth trying even when there is no time for all: the levels that the targets climb, without
     * neighbours, and the widest set of each base.
     */
    boolean isLandmark(ReleaseSet set) {
        return landmarks.contains(set.roots());
    }

    /** For each group of targets on one bus: the group itself, its port, the bridge above that, up to the root bus. */
    private List<List<Set<PciAddress>>> climbs(Set<PciAddress> targets) {
        Map<Optional<PciAddress>, Set<PciAddress>> byBus = new LinkedHashMap<>();
        for (PciAddress target : targets) {
            byBus.computeIfAbsent(topology.get(target).parent(), p -> new TreeSet<>())
                    .add(target);
        }
        List<List<Set<PciAddress>>> climbs = new ArrayList<>();
        for (Set<PciAddress> group : byBus.values()) {
            List<Set<PciAddress>> climb = new ArrayList<>();
            climb.add(group);
            for (PciFunction above : topology.ancestors(group.iterator().next())) {
                climb.add(Set.of(above.address()));
            }
            climbs.add(climb);
        }
        return climbs;
    }

    private static List<Set<PciAddress>> combinations(List<List<Set<PciAddress>>> climbs) {
        long product = 1;
        for (List<Set<PciAddress>> climb : climbs) {
            product = Math.min(product * climb.size(), Integer.MAX_VALUE);
        }
        return product <= MOST_COMBINATIONS ? everyCombination(climbs) : inStep(climbs);
    }

    private static List<Set<PciAddress>> everyCombination(List<List<Set<PciAddress>>> climbs) {
        List<Set<PciAddress>> sets = List.of(Set.of());
        for (List<Set<PciAddress>> climb : climbs) {
            List<Set<PciAddress>> longer = new ArrayList<>();
            for (Set<PciAddress> set : sets) {
                for (Set<PciAddress> level : climb) {
                    longer.add(new TreeSet<>(union(set, level)));
                }
            }
            sets = longer;
        }
        return sets;
    }

    private static List<Set<PciAddress>> inStep(List<List<Set<PciAddress>>> climbs) {
        int highest = climbs.stream().mapToInt(List::size).max().orElse(0);
        List<Set<PciAddress>> sets = new ArrayList<>();
        for (int level = 0; level < highest; level++) {
            Set<PciAddress> set = new TreeSet<>();
            for (List<Set<PciAddress>> climb : climbs) {
                set.addAll(climb.get(Math.min(level, climb.size() - 1)));
            }
            sets.add(set);
        }
        return sets;
    }

    private void propose(Set<PciAddress> nodes) {
        List<PciAddress> base = rootsOf(nodes);
        Set<PciAddress> holding = new HashSet<>(base);
        base.forEach(root -> topology.ancestors(root).forEach(above -> holding.add(above.address())));
        add(base);
        if (base.stream().anyMatch(n -> !mayLeave(n))) {
            return;
        }
        List<PciFunction> members = busesThatMatter(base);
        Set<PciAddress> all = new TreeSet<>();
        members.forEach(m -> all.addAll(neighbours(m, holding)));
        landmarks.add(union(base, all));
        if (all.size() <= FEW_NEIGHBOURS) {
            AddressLine.subsets(all).forEach(wedge -> add(union(base, wedge)));
            return;
        }
        for (PciFunction member : members) {
            Set<PciAddress> beside = neighbours(member, holding);
            List<Set<PciAddress>> wedges = beside.size() <= FEW_NEIGHBOURS
                    ? AddressLine.subsets(beside)
                    : AddressLine.runs(Spaces.around(topology, member), base, beside);
            wedges.forEach(wedge -> add(union(base, wedge)));
        }
        add(union(base, all));
    }

    /** The base and whoever has a released resource that the rescan after it would reach; the rescan may grow with them. */
    private Set<PciAddress> withOrphans(Set<PciAddress> base, Finding finding) {
        if (!hasOrphans) {
            return base;
        }
        Set<PciAddress> with = base;
        Set<PciAddress> before = Set.of();
        while (!with.equals(before)) {
            before = with;
            List<PciAddress> roots = rootsOf(with);
            with = new TreeSet<>(with);
            for (PciFunction function : Rescans.scope(topology, Rescans.finding(topology, roots, finding))) {
                if (function.resources().stream().anyMatch(Resource::isOrphan)
                        && roots.stream().noneMatch(r -> topology.isAtOrBelow(function.address(), r))) {
                    with.add(function.address());
                }
            }
        }
        return with;
    }

    private List<PciAddress> rootsOf(Set<PciAddress> nodes) {
        return ReleaseSet.of(topology, nodes).roots();
    }

    private void add(List<PciAddress> set) {
        if (found.size() < MOST_SETS) {
            found.add(set);
        }
    }

    /**
     * A function on each bus where a neighbour's space can be of use: the buses of the base, and the bus above one of
     * them whose bridge lacks a window, since the rescan gives it one there.
     */
    private List<PciFunction> busesThatMatter(List<PciAddress> base) {
        Map<Optional<PciAddress>, PciFunction> members = new LinkedHashMap<>();
        for (PciAddress root : base) {
            PciFunction at = topology.get(root);
            members.putIfAbsent(at.parent(), at);
            while (at.parent().isPresent()
                    && lacksWindow(topology.get(at.parent().get()))) {
                at = topology.get(at.parent().get());
                members.putIfAbsent(at.parent(), at);
            }
        }
        return List.copyOf(members.values());
    }

    private static boolean lacksWindow(PciFunction bridge) {
        return bridge.resources().stream().anyMatch(r -> r.isWindow() && !r.isAssigned());
    }

    /** Who may leave on the bus of {@code member}, besides {@code holding}: the base and the bridges above it. */
    private Set<PciAddress> neighbours(PciFunction member, Set<PciAddress> holding) {
        Set<PciAddress> neighbours = new TreeSet<>();
        for (PciFunction function : topology.onBusOf(member)) {
            PciAddress address = function.address();
            if (!holding.contains(address) && !function.isVirtualFunction() && mayLeave(address)) {
                neighbours.add(address);
            }
        }
        return neighbours;
    }

    private boolean mayLeave(PciAddress root) {
        return leaving.computeIfAbsent(
                root, r -> Policy.whoPins(topology, movability, r).isEmpty());
    }

    /** Ascending. */
    private static List<PciAddress> union(Collection<PciAddress> a, Collection<PciAddress> b) {
        Set<PciAddress> both = new TreeSet<>(a);
        both.addAll(b);
        return List.copyOf(both);
    }
}
