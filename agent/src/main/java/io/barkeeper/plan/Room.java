package io.barkeeper.plan;

import io.barkeeper.diagnosis.Space;
import io.barkeeper.diagnosis.Spaces;
import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.RangeSet;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A quick necessary condition, so that most release sets need no simulation: a resource without an address, in or below
 * a released subtree, must fit into one piece of a window or aperture on the bus of that subtree, once all of the set
 * is gone from it. Which kind of window it may use is left to the model: any of the right type counts here.
 */
final class Room {

    private final Topology topology;
    private final Requirement requirement;
    /** By the bridge above. */
    private final Map<Optional<PciAddress>, List<Space>> spaces = new HashMap<>();

    Room(Goal goal) {
        this.topology = goal.start();
        this.requirement = goal.history().requirement();
    }

    /** Why the set cannot suffice, one sentence; empty when it may. */
    Optional<String> lackingFor(Goal goal, ReleaseSet set) {
        for (PciAddress target : goal.targets()) {
            Optional<PciAddress> root = set.roots().stream()
                    .filter(r -> topology.isAtOrBelow(target, r))
                    .findFirst();
            PciFunction function = topology.get(target);
            for (Resource resource : function.resources()) {
                boolean counts = requirement.isRequired(function, resource)
                        && !resource.isAssigned()
                        && resource.size().isPresent();
                if (!counts) {
                    continue;
                }
                if (root.isEmpty()) {
                    return Optional.of(target + " " + resource.name()
                            + " was given up by the kernel, which tries again only when the function is found anew");
                }
                Optional<String> lacking = lacking(function, resource, topology.get(root.get()), set);
                if (lacking.isPresent()) {
                    return lacking;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> lacking(PciFunction function, Resource resource, PciFunction root, ReleaseSet set) {
        long needed = resource.size().getAsLong();
        boolean io = resource.kind().isIo();
        long largest = largestFree(root, io, set);
        Optional<PciFunction> above = root.parent().map(topology::get);
        while (above.isPresent() && lacksWindow(above.get(), io)) {
            largest = AddressRange.max(largest, largestFree(above.get(), io, set));
            above = above.get().parent().map(topology::get);
        }
        if (!AddressRange.below(largest, needed)) {
            return Optional.empty();
        }
        return Optional.of(function.address() + " " + resource.name() + " needs " + Sizes.human(needed)
                + " in one piece, and at most " + Sizes.human(largest) + " would be free beside it");
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

    private static long largestFree(Space space, ReleaseSet set) {
        List<AddressRange> staying = space.occupants().stream()
                .filter(o -> o.resource()
                        .filter(r -> set.roots().contains(r.address()))
                        .isEmpty())
                .map(Space.Occupant::range)
                .toList();
        return RangeSet.of(staying).largestGapIn(space.range());
    }
}
