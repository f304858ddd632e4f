package io.barkeeper.plan;

import io.barkeeper.diagnosis.Space;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Neighbours that together wedge a hole. Walking over the addresses of a window or aperture from each occupant on, those
 * passed so far would leave one larger piece if they left; a busy one or somebody else's range ends the walk.
 */
final class AddressLine {

    private static final int MOST_RUNS = 1500;

    private AddressLine() {}

    /** Every non-empty subset. */
    static List<Set<PciAddress>> subsets(Collection<PciAddress> neighbours) {
        List<PciAddress> list = List.copyOf(neighbours);
        List<Set<PciAddress>> sets = new ArrayList<>();
        for (int bits = 1; bits < 1 << list.size(); bits++) {
            Set<PciAddress> set = new TreeSet<>();
            for (int i = 0; i < list.size(); i++) {
                if ((bits & 1 << i) != 0) {
                    set.add(list.get(i));
                }
            }
            sets.add(set);
        }
        return sets;
    }

    /** Every set of these functions of which none lies below another, as long as they are not too many. */
    static Set<Set<PciAddress>> antichains(Topology topology, List<PciAddress> nodes, int most) {
        Set<Set<PciAddress>> sets = new LinkedHashSet<>(Set.of(Set.of()));
        for (PciAddress node : nodes) {
            List<Set<PciAddress>> longer = new ArrayList<>();
            for (Set<PciAddress> set : sets) {
                boolean apart =
                        set.stream().noneMatch(s -> topology.isAtOrBelow(node, s) || topology.isAtOrBelow(s, node));
                if (apart) {
                    Set<PciAddress> with = new TreeSet<>(set);
                    with.add(node);
                    longer.add(with);
                }
            }
            longer.stream().limit(Math.max(0, most - sets.size())).forEach(sets::add);
        }
        sets.remove(Set.of());
        return sets;
    }

    /**
     * Neighbours side by side in any one of these spaces, the fewest first, and all of them together last.
     *
     * @param base functions that leave anyhow: they end no run and are in none
     */
    static List<Set<PciAddress>> runs(List<Space> spaces, Collection<PciAddress> base, Set<PciAddress> neighbours) {
        Set<Set<PciAddress>> runs = new LinkedHashSet<>();
        for (Space space : spaces) {
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
        List<Set<PciAddress>> ordered = new ArrayList<>(runs);
        ordered.sort(Comparator.comparingInt(Set::size));
        List<Set<PciAddress>> few = new ArrayList<>(ordered.subList(0, Math.min(MOST_RUNS, ordered.size())));
        few.add(neighbours);
        return few;
    }
}
