package io.barkeeper.diagnosis;

import io.barkeeper.diagnosis.Blockage.Level;
import io.barkeeper.diagnosis.Blockage.Neighbour;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers "why has it no room, and who pins what". */
public final class Blockers {

    private final Topology topology;
    private final Map<PciAddress, Movability> movability;

    private Blockers(Topology topology, Map<PciAddress, Movability> movability) {
        this.topology = topology;
        this.movability = movability;
    }

    /** One blockage for each required resource of this function that has no address or could not grow, ascending by index. */
    public static List<Blockage> of(
            Topology topology, Map<PciAddress, Movability> movability, History history, PciAddress address) {
        Blockers blockers = new Blockers(topology, movability);
        Requirement requirement = history.requirement();
        PciFunction function = topology.get(address);
        return function.resources().stream()
                .filter(r -> (!r.isAssigned() || r.refused().isPresent()) && requirement.isRequired(function, r))
                .map(r -> new Blockage(address, r, blockers.levels(function, r)))
                .toList();
    }

    private List<Level> levels(PciFunction function, Resource resource) {
        List<Level> levels = new ArrayList<>();
        PciFunction at = function;
        while (true) {
            List<Space> spaces = Spaces.around(topology, at).stream()
                    .filter(s -> canHold(s, resource.kind()))
                    .toList();
            if (spaces.isEmpty()) {
                levels.add(new Level(missing(at, resource.kind().isIo()), 0, 0, 0, List.of()));
            }
            spaces.forEach(s -> levels.add(level(s)));
            Optional<PciAddress> above = at.parent();
            if (above.isEmpty()) {
                return levels;
            }
            at = topology.get(above.get());
        }
    }

    private String missing(PciFunction at, boolean io) {
        String window = io ? "I/O window of " : "memory window of ";
        if (at.parent().isPresent()) {
            PciFunction bridge = topology.get(at.parent().get());
            return window + bridge.address() + (Spaces.isUnknown(bridge, io) ? " (nothing shows where it is)" : "");
        }
        boolean known = topology.hostBridgeOf(at.address()).complete();
        return window + "the host bridge" + (known ? "" : " (nothing shows its apertures)");
    }

    private static boolean canHold(Space space, ResourceKind kind) {
        return space.kind().isIo() == kind.isIo()
                && (kind.isPrefetchable() || space.kind() != ResourceKind.WINDOW_PREF);
    }

    private Level level(Space space) {
        return new Level(
                space.name(),
                space.range().size(),
                space.freeBytes(),
                space.largestFreeBytes(),
                space.occupants().stream().map(this::neighbour).toList());
    }

    private Neighbour neighbour(Space.Occupant occupant) {
        if (occupant.resource().isEmpty()) {
            return new Neighbour(occupant.owner(), occupant.range(), false, "it is no PCI device's");
        }
        List<PciAddress> staying =
                Policy.whoPins(topology, movability, occupant.resource().get().address());
        if (staying.isEmpty()) {
            return new Neighbour(occupant.owner(), occupant.range(), true, "");
        }
        PciAddress first = staying.get(0);
        Movability verdict = movability.get(first);
        String why = verdict == null ? "it was not judged" : verdict.why();
        String more = staying.size() == 1 ? "" : " (and " + (staying.size() - 1) + " more)";
        return new Neighbour(occupant.owner(), occupant.range(), false, first + ": " + why + more);
    }
}
