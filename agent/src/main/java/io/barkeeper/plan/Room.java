package io.barkeeper.plan;

import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A quick necessary condition, so that most release sets need no simulation: a resource without an address, in or below
 * a released subtree, must fit into one piece of a window or aperture on the bus of that subtree, once all of the set
 * is gone from it. Which kind of window it may use is left to the model: any of the right type counts here.
 */
final class Room {

    private final Topology topology;
    /** By the bridge above. */
    private final Map<Optional<PciAddress>, Bay> bays = new HashMap<>();

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

    /** The space on the bus of a function. */
    private Bay bayOf(PciFunction member) {
        Bay known = bays.get(member.parent());
        if (known == null) {
            known = new Bay(topology, member, member.parent().map(p -> bayOf(topology.get(p))));
            bays.put(member.parent(), known);
        }
        return known;
    }

    /** Why the set cannot suffice, one sentence when asked; empty when it may. */
    Optional<Supplier<String>> lackingFor(ReleaseSet set) {
        Set<PciAddress> roots = new HashSet<>(set.freed(topology));
        for (Want want : wants) {
            Optional<PciFunction> root = rootOf(want, roots);
            if (root.isEmpty()) {
                return Optional.of(() -> want.function().address() + " "
                        + want.resources().get(0).name()
                        + " was given up by the kernel, which tries again only when the function is found anew");
            }
            for (Resource resource : want.resources()) {
                OptionalLong tooSmall = tooSmall(resource, root.get(), roots::contains);
                if (tooSmall.isPresent()) {
                    return Optional.of(() -> want.function().address() + " " + resource.name() + " needs "
                            + Sizes.human(resource.size().orElse(0)) + " in one piece, and at most "
                            + Sizes.human(tooSmall.getAsLong()) + " would be free beside it");
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<PciFunction> rootOf(Want want, Set<PciAddress> roots) {
        for (PciFunction at : want.trail()) {
            if (roots.contains(at.address())) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    /** False when so many bytes can never be free in one piece for a function, even if all who may leave do. */
    boolean mayEverHold(PciFunction function, boolean io, long bytes, Predicate<PciAddress> mayLeave) {
        return trail(function).stream()
                .filter(root -> mayLeave.test(root.address()))
                .anyMatch(root -> !AddressRange.below(bayOf(root).largestFree(io, mayLeave), bytes));
    }

    /** False when no release set can suffice, even if all who may leave do. */
    boolean mayEverSuffice(Predicate<PciAddress> mayLeave) {
        for (Want want : wants) {
            boolean may = want.trail().stream()
                    .filter(root -> mayLeave.test(root.address()))
                    .anyMatch(root -> want.resources().stream()
                            .allMatch(r -> tooSmall(r, root, mayLeave).isEmpty()));
            if (!may) {
                return false;
            }
        }
        return true;
    }

    /** Bytes of the largest piece on the bus of a root, when the resource does not fit into it. */
    private OptionalLong tooSmall(Resource resource, PciFunction root, Predicate<PciAddress> leaves) {
        long largest = bayOf(root).largestFree(resource.kind().isIo(), leaves);
        return AddressRange.below(largest, resource.size().orElse(0)) ? OptionalLong.of(largest) : OptionalLong.empty();
    }
}
