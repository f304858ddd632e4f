package io.barkeeper.plan;

import io.barkeeper.diagnosis.Space;
import io.barkeeper.diagnosis.Spaces;
import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.RangeSet;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for a reason why no layout can exist, whatever is released: a BAR larger than the largest aligned piece of any
 * aperture that could hold it, or required BARs that in sum exceed what the apertures below 4 GiB (or for I/O) offer.
 * Only what can never move stands in the way here: other people's claims, and functions that are fixed or pinned. A
 * busy device is no such reason, since its user may let go.
 *
 * <p>Which apertures could hold a BAR: below a bridge, only prefetchable 64-bit BARs reach above 4 GiB, and only if
 * every bridge on the way has a 64-bit prefetchable window (PCI-to-PCI Bridge Architecture 1.2, 3.2.5.9); on a root bus
 * every 64-bit BAR does.
 */
final class Certificates {

    private final Topology topology;
    private final Requirement requirement;
    private final Map<PciAddress, Movability> movability;

    private Certificates(Goal goal, Map<PciAddress, Movability> movability) {
        this.topology = goal.start();
        this.requirement = goal.history().requirement();
        this.movability = movability;
    }

    /** The smallest reason; empty when a layout may exist. */
    static Optional<Certificate> find(Goal goal, Map<PciAddress, Movability> movability) {
        Certificates certificates = new Certificates(goal, movability);
        for (PciAddress target : goal.targets()) {
            PciFunction function = certificates.topology.get(target);
            for (Resource resource : certificates.required(function)) {
                Optional<Certificate> one = certificates.tooLarge(function, resource);
                if (one.isPresent()) {
                    return one;
                }
            }
        }
        for (PciAddress target : goal.targets()) {
            HostBridge host = certificates.topology.hostBridgeOf(target);
            Optional<Certificate> sum = certificates.tooMany(host, true).or(() -> certificates.tooMany(host, false));
            if (sum.isPresent()) {
                return sum;
            }
        }
        return Optional.empty();
    }

    private List<Resource> required(PciFunction function) {
        return function.resources().stream()
                .filter(r -> requirement.isRequired(function, r))
                .filter(r -> r.size().isPresent() && r.size().getAsLong() != 0)
                .toList();
    }

    private Optional<Certificate> tooLarge(PciFunction function, Resource resource) {
        if (resource.isAssigned() || !topology.hostBridgeOf(function.address()).complete()) {
            return Optional.empty();
        }
        long needed = resource.size().orElseThrow();
        boolean high = mayLieHigh(function, resource);
        Space best = null;
        long offer = 0;
        for (Space aperture : apertures(
                topology.hostBridgeOf(function.address()), resource.kind().isIo())) {
            long room = largestAligned(aperture, needed, high);
            if (room == needed) {
                return Optional.empty();
            }
            if (best == null || AddressRange.below(offer, room)) {
                best = aperture;
                offer = room;
            }
        }
        if (best == null) {
            String kind = resource.kind().isIo() ? "I/O" : "memory";
            return Optional.of(new Certificate(
                    "host bridge " + topology.hostBridgeOf(function.address()).name() + ", which has no " + kind
                            + " aperture",
                    0,
                    needed,
                    needed,
                    List.of(),
                    "use a slot below another host bridge"));
        }
        return Optional.of(new Certificate(
                best.name(),
                offer,
                needed,
                needed - offer,
                pinned(best),
                high
                        ? "a smaller " + function.address() + " " + resource.name() + ", or another host bridge"
                        : "this BAR must lie below 4 GiB: a smaller one, or another slot"));
    }

    /** Of a host bridge that may have more apertures than are known, nothing can be proven. */
    private Optional<Certificate> tooMany(HostBridge host, boolean io) {
        if (!host.complete()) {
            return Optional.empty();
        }
        long needed = 0;
        for (PciFunction function : topology.functions()) {
            if (!topology.hostBridgeOf(function.address()).equals(host)) {
                continue;
            }
            for (Resource resource : required(function)) {
                boolean low = io ? resource.kind().isIo() : !resource.kind().isIo() && !mayLieHigh(function, resource);
                needed += low && !isPinned(function.address()) ? resource.size().orElseThrow() : 0;
            }
        }
        long capacity = 0;
        Space largest = null;
        for (Space aperture : apertures(host, io)) {
            Optional<AddressRange> low = aperture.range().intersection(AddressRange.BELOW_4G);
            if (low.isPresent()) {
                capacity += immovable(aperture).freeIn(low.get());
                largest = largest == null
                                || AddressRange.below(
                                        largest.range().size(), aperture.range().size())
                        ? aperture
                        : largest;
            }
        }
        if (needed <= capacity || largest == null) {
            return Optional.empty();
        }
        return Optional.of(new Certificate(
                io ? "the I/O apertures of " + host.name() : "the apertures of " + host.name() + " below 4 GiB",
                capacity,
                needed,
                needed - capacity,
                pinned(largest),
                "unplug devices that need " + Sizes.human(needed - capacity) + " there"));
    }

    private List<Space> apertures(HostBridge host, boolean io) {
        return Spaces.ofHost(topology, host).stream()
                .filter(s -> s.kind().isIo() == io)
                .toList();
    }

    private boolean mayLieHigh(PciFunction function, Resource resource) {
        List<PciFunction> above = topology.ancestors(function.address());
        if (above.isEmpty()) {
            return resource.kind().is64Bit();
        }
        return resource.kind() == ResourceKind.MEM64_PREF
                && above.stream()
                        .allMatch(b -> b.bridge().orElseThrow().windows().pref64());
    }

    /** Bytes, at most {@code needed}, that the best piece offers: BARs begin at a multiple of their size. */
    private long largestAligned(Space aperture, long needed, boolean high) {
        Optional<AddressRange> usable =
                high ? Optional.of(aperture.range()) : aperture.range().intersection(AddressRange.BELOW_4G);
        long largest = 0;
        for (AddressRange gap : usable.map(immovable(aperture)::gapsIn).orElse(List.of())) {
            if (AddressRange.below(gap.size(), needed)) {
                largest = AddressRange.max(largest, gap.size());
                continue;
            }
            long start = AddressRange.alignUp(gap.start(), needed);
            if (gap.contains(start)) {
                largest = AddressRange.max(largest, AddressRange.min(gap.end() - start + 1, needed));
            }
        }
        return largest;
    }

    private RangeSet immovable(Space aperture) {
        return RangeSet.of(aperture.occupants().stream()
                .filter(this::staysForever)
                .map(Space.Occupant::range)
                .toList());
    }

    /** A bridge's window is no such thing: it may shrink or move although something below it is pinned. */
    private boolean staysForever(Space.Occupant occupant) {
        return occupant.resource()
                .map(r -> isPinned(r.address()) && r.index() < Resource.WINDOW_IO)
                .orElse(true);
    }

    private boolean isPinned(PciAddress address) {
        Movability verdict = movability.get(address);
        return verdict instanceof Movability.Fixed || verdict instanceof Movability.Pinned;
    }

    private List<ResourceId> pinned(Space aperture) {
        List<ResourceId> pinned = new ArrayList<>();
        for (Space.Occupant occupant : aperture.occupants()) {
            occupant.resource().filter(r -> staysForever(occupant)).ifPresent(pinned::add);
        }
        return pinned;
    }
}
