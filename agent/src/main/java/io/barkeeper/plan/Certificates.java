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
 * aperture that could hold it, or BARs of devices that must work that together exceed what the apertures for I/O, below
 * 4 GiB, or altogether offer in aligned pieces ({@link Demand}).
 * Only what can never move stands in the way here: other people's claims, and functions that are fixed or pinned. A
 * busy device is no such reason, since its user may let go.
 *
 * <p>Which apertures could hold a BAR: below a bridge, only prefetchable 64-bit BARs reach above 4 GiB, and only if
 * every bridge on the way has a 64-bit prefetchable window (PCI-to-PCI Bridge Architecture 1.2, 3.2.5.9); on a root bus
 * every 64-bit BAR does.
 */
final class Certificates {

    private final Goal goal;
    private final Topology topology;
    private final Requirement requirement;
    private final Map<PciAddress, Movability> movability;

    private Certificates(Goal goal, Map<PciAddress, Movability> movability) {
        this.goal = goal;
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
            for (Region region : Region.values()) {
                Optional<Certificate> sum = certificates.tooMany(host, region);
                if (sum.isPresent()) {
                    return sum;
                }
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
                        ? Sizes.human(needed - offer) + " less in " + function.address() + " " + resource.name()
                                + noneAbove(function) + ", or another host bridge"
                        : "this BAR must lie below 4 GiB: " + Sizes.human(needed - offer) + " less in "
                                + function.address() + ", or another slot"));
    }

    /** Of a host bridge that may have more apertures than are known, nothing can be proven. */
    /** Which BARs compete, and for what. */
    private enum Region {
        IO,
        BELOW_4G,
        MEMORY
    }

    private Optional<Certificate> tooMany(HostBridge host, Region region) {
        List<Space> apertures = apertures(host, region == Region.IO);
        List<AddressRange> pieces = new ArrayList<>();
        for (Space aperture : apertures) {
            Optional<AddressRange> part = region == Region.BELOW_4G
                    ? aperture.range().intersection(AddressRange.BELOW_4G)
                    : Optional.of(aperture.range());
            part.map(immovable(aperture)::gapsIn).ifPresent(pieces::addAll);
        }
        Demand demand = new Demand(pieces);
        for (PciFunction function : topology.functions()) {
            PciAddress address = function.address();
            boolean mustWork = goal.isWorker(address) || goal.targets().contains(address);
            if (mustWork && !isPinned(address) && topology.hostBridgeOf(address).equals(host)) {
                required(function).stream()
                        .filter(r -> competes(function, r, region))
                        .forEach(r -> demand.add(address, r.size().orElseThrow()));
            }
        }
        return demand.excess()
                .map(e -> new Certificate(
                        name(host, region, e),
                        e.capacity(),
                        e.needed(),
                        e.missing(),
                        apertures.stream().flatMap(a -> pinned(a).stream()).toList(),
                        remedy(apertures, region, demand, e)));
    }

    private boolean competes(PciFunction function, Resource resource, Region region) {
        return switch (region) {
            case IO -> resource.kind().isIo();
            case BELOW_4G -> !resource.kind().isIo() && !mayLieHigh(function, resource);
            case MEMORY -> !resource.kind().isIo();
        };
    }

    private static String name(HostBridge host, Region region, Demand.Excess excess) {
        String blocks = " in aligned pieces of " + Sizes.human(excess.block());
        return switch (region) {
            case IO -> "the I/O apertures of " + host.name() + blocks;
            case BELOW_4G -> "the apertures of " + host.name() + " below 4 GiB" + blocks;
            case MEMORY -> "the memory apertures of " + host.name() + blocks;
        };
    }

    private static String remedy(List<Space> apertures, Region region, Demand demand, Demand.Excess excess) {
        boolean high = apertures.stream().anyMatch(a -> !AddressRange.BELOW_4G.contains(a.range()));
        String less = demand.remedy(excess);
        return region == Region.MEMORY && !high
                ? less + "; this root bus has no aperture above 4 GiB, which a firmware setting may give it"
                : less;
    }

    private String noneAbove(PciFunction function) {
        boolean above = apertures(topology.hostBridgeOf(function.address()), false).stream()
                .anyMatch(a -> !AddressRange.BELOW_4G.contains(a.range()));
        return above ? "" : "; this root bus has no aperture above 4 GiB, which a firmware setting may give it";
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
