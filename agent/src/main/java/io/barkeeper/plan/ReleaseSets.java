package io.barkeeper.plan;

import io.barkeeper.diagnosis.Space;
import io.barkeeper.diagnosis.Spaces;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.Collection;
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
 * such set is then widened, bus by bus, by neighbours that may move and whose addresses stand in the way: all
 * combinations of up to five neighbours; of more, those that lie side by side on the address line, since only they can
 * give one larger piece, and all of them together. Neighbours that may not move are never added, so a set around a busy
 * port is found by itself.
 */
final class ReleaseSets {

    private static final int MOST_COMBINATIONS = 200;
    private static final int FEW_NEIGHBOURS = 5;
    private static final int MOST_SETS = 4000;

    private final Topology topology;
    private final Map<PciAddress, Movability> movability;
    private final Set<Set<PciAddress>> found = new LinkedHashSet<>();

    private ReleaseSets(Topology topology, Map<PciAddress, Movability> movability) {
        this.topology = topology;
        this.movability = movability;
    }

    /** The sets, without repetition, in no order of merit. */
    static List<ReleaseSet> of(Goal goal, Map<PciAddress, Movability> movability) {
        ReleaseSets sets = new ReleaseSets(goal.start(), movability);
        List<List<Set<PciAddress>>> climbs = sets.climbs(goal.targets());
        for (Set<PciAddress> base : combinations(climbs)) {
            sets.propose(base);
        }
        return sets.found.stream()
                .map(s -> new ReleaseSet(new TreeSet<>(s), false))
                .toList();
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
                    longer.add(union(set, level));
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
        Set<PciAddress> base = ReleaseSet.of(topology, nodes).roots();
        found.add(base);
        if (base.stream().anyMatch(n -> !mayLeave(n))) {
            return;
        }
        Set<Optional<PciAddress>> buses = new LinkedHashSet<>();
        base.forEach(n -> buses.add(topology.get(n).parent()));
        for (Optional<PciAddress> bus : buses) {
            PciFunction member = base.stream()
                    .map(topology::get)
                    .filter(f -> f.parent().equals(bus))
                    .findFirst()
                    .orElseThrow();
            for (Set<PciAddress> wedge : wedges(member, base)) {
                if (found.size() < MOST_SETS) {
                    found.add(union(base, wedge));
                }
            }
        }
    }

    /** Sets of neighbours on the bus of {@code member} that could give their space as well. */
    private Collection<Set<PciAddress>> wedges(PciFunction member, Set<PciAddress> base) {
        Set<PciAddress> neighbours = new TreeSet<>();
        for (Space space : Spaces.around(topology, member)) {
            for (Space.Occupant occupant : space.occupants()) {
                occupant.resource()
                        .map(ResourceId::address)
                        .filter(a -> !base.contains(a) && mayLeave(a))
                        .ifPresent(neighbours::add);
            }
        }
        return neighbours.size() <= FEW_NEIGHBOURS
                ? subsets(new ArrayList<>(neighbours))
                : runs(member, base, neighbours);
    }

    private static List<Set<PciAddress>> subsets(List<PciAddress> neighbours) {
        List<Set<PciAddress>> sets = new ArrayList<>();
        for (int bits = 1; bits < 1 << neighbours.size(); bits++) {
            Set<PciAddress> set = new TreeSet<>();
            for (int i = 0; i < neighbours.size(); i++) {
                if ((bits & 1 << i) != 0) {
                    set.add(neighbours.get(i));
                }
            }
            sets.add(set);
        }
        return sets;
    }

    /** Neighbours side by side in any one window, a busy one or somebody else's range ending the run. */
    private Set<Set<PciAddress>> runs(PciFunction member, Set<PciAddress> base, Set<PciAddress> neighbours) {
        Set<Set<PciAddress>> runs = new LinkedHashSet<>();
        for (Space space : Spaces.around(topology, member)) {
            List<Space.Occupant> line = space.occupants();
            for (int from = 0; from < line.size(); from++) {
                Set<PciAddress> run = new TreeSet<>();
                for (int to = from; to < line.size(); to++) {
                    Optional<PciAddress> owner = line.get(to).resource().map(ResourceId::address);
                    if (owner.isEmpty() || !(neighbours.contains(owner.get()) || base.contains(owner.get()))) {
                        break;
                    }
                    if (!base.contains(owner.get()) && run.add(owner.get())) {
                        runs.add(new TreeSet<>(run));
                    }
                }
            }
        }
        runs.add(neighbours);
        return runs;
    }

    private boolean mayLeave(PciAddress root) {
        return Policy.whoPins(topology, movability, root).isEmpty();
    }

    private static Set<PciAddress> union(Set<PciAddress> a, Set<PciAddress> b) {
        Set<PciAddress> both = new TreeSet<>(a);
        both.addAll(b);
        return both;
    }
}
