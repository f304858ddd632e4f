package io.barkeeper.plan;

import io.barkeeper.diagnosis.Space;
import io.barkeeper.diagnosis.Spaces;
import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A quick necessary condition, so that most release sets need no simulation: a resource without an address, in or below
 * a released subtree, must fit into one piece of a window or aperture on the bus of that subtree, once all of the set
 * is gone from it. Which kind of window it may use is left to the model: any of the right type counts here.
 */
final class Room {

    private final Topology topology;
    /** By the bridge above. */
    private final Map<Optional<PciAddress>, List<Space>> spaces = new HashMap<>();

    private final List<Want> wants = new ArrayList<>();

    Room(Goal goal) {
        this.topology = goal.start();
        Requirement requirement = goal.history().requirement();
        for (PciAddress target : goal.targets()) {
            PciFunction function = topology.get(target);
            List<Resource> resources = function.resources().stream()
                    .filter(r -> requirement.isRequired(function, r))
                    .filter(r -> !r.isAssigned() && r.size().isPresent())
                    .toList();
            if (!resources.isEmpty()) {
                wants.add(new Want(function, resources, trail(function)));
            }
        }
    }

    /** The resources without an address of one function, and where it is: itself and the bridges above. */
    private record Want(PciFunction function, List<Resource> resources, List<PciFunction> trail) {}

    private List<PciFunction> trail(PciFunction function) {
        List<PciFunction> trail = new ArrayList<>(List.of(function));
        trail.addAll(topology.ancestors(function.address()));
        return trail;
    }

    /**
     * A resource for which the set makes too little room.
     *
     * @param largest bytes that would be free in one piece; empty when the function is not found anew at all
     */
    record Lack(PciFunction function, Resource resource, OptionalLong largest) {
        /** One sentence. */
        String why() {
            String what = function.address() + " " + resource.name();
            return largest.isEmpty()
                    ? what + " was given up by the kernel, which tries again only when the function is found anew"
                    : what + " needs " + Sizes.human(resource.size().orElse(0)) + " in one piece, and at most "
                            + Sizes.human(largest.getAsLong()) + " would be free beside it";
        }
    }

    /** Why the set cannot suffice; empty when it may. */
    Optional<Lack> lackingFor(ReleaseSet set) {
        for (Want want : wants) {
            Optional<PciFunction> root = want.trail().stream()
                    .filter(f -> set.roots().contains(f.address()))
                    .findFirst();
            for (Resource resource : want.resources()) {
                if (root.isEmpty()) {
                    return Optional.of(new Lack(want.function(), resource, OptionalLong.empty()));
                }
                Optional<Lack> lacking = lacking(want.function(), resource, root.get(), set);
                if (lacking.isPresent()) {
                    return lacking;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Lack> lacking(PciFunction function, Resource resource, PciFunction root, ReleaseSet set) {
        long needed = resource.size().getAsLong();
        boolean io = resource.kind().isIo();
        long largest = largestFree(root, io, set);
        Optional<PciFunction> above = root.parent().map(topology::get);
        while (above.isPresent() && lacksWindow(above.get(), io)) {
            largest = AddressRange.max(largest, largestFree(above.get(), io, set));
            above = above.get().parent().map(topology::get);
        }
        return AddressRange.below(largest, needed)
                ? Optional.of(new Lack(function, resource, OptionalLong.of(largest)))
                : Optional.empty();
    }

    /** A window without an address is sized and placed by a rescan that reaches its bridge, so it is no bound. */
    private static boolean lacksWindow(PciFunction bridge, boolean io) {
        return bridge.resources().stream()
                        .filter(w -> w.isWindow() && w.kind().isIo() == io && w.isAssigned())
                        .count()
                < (io ? 1 : 2);
    }

    private long largestFree(PciFunction beside, boolean io, ReleaseSet set) {
        long largest = 0;
        for (Space space : spaces.computeIfAbsent(beside.parent(), p -> Spaces.around(topology, beside))) {
            if (space.kind().isIo() == io) {
                largest = AddressRange.max(largest, largestFree(space, set));
            }
        }
        return largest;
    }

    /** Occupants come in ascending order, so what stays of them is walked over once. */
    private static long largestFree(Space space, ReleaseSet set) {
        long end = space.range().end();
        long from = space.range().start();
        long largest = 0;
        for (Space.Occupant occupant : space.occupants()) {
            boolean leaves = occupant.resource().isPresent()
                    && set.roots().contains(occupant.resource().get().address());
            if (leaves) {
                continue;
            }
            AddressRange taken = occupant.range();
            if (AddressRange.below(from, taken.start())) {
                largest = AddressRange.max(largest, taken.start() - from);
            }
            if (!AddressRange.below(taken.end(), end)) {
                return largest;
            }
            from = AddressRange.max(from, taken.end() + 1);
        }
        return AddressRange.max(largest, end - from + 1);
    }
}
