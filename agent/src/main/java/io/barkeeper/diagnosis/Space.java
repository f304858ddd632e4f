package io.barkeeper.diagnosis;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.RangeSet;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.ResourceKind;
import java.util.List;
import java.util.Optional;

/**
 * An aperture of a host bridge or an assigned window of a bridge, with what lies directly in it.
 *
 * @param bridge the bridge whose window it is; empty for an aperture
 * @param host the host bridge's name, {@code DDDD:BB}
 * @param kind the window kind; of an aperture by what it forwards
 * @param range first to last address, inclusive
 * @param occupants ascending by address
 */
public record Space(
        Optional<PciAddress> bridge, String host, ResourceKind kind, AddressRange range, List<Occupant> occupants) {

    public Space {
        occupants = List.copyOf(occupants);
    }

    /**
     * Somebody who takes a part of it.
     *
     * @param resource the BAR, ROM, VF BAR or window; empty for what is no PCI function's
     * @param owner the function's address and the resource's name, or the name that the kernel prints
     */
    public record Occupant(Optional<ResourceId> resource, AddressRange range, String owner) {}

    public RangeSet taken() {
        return RangeSet.of(occupants.stream().map(Occupant::range).toList());
    }

    /** Bytes that nobody takes. */
    public long freeBytes() {
        return taken().freeIn(range);
    }

    /** Bytes of the largest piece that nobody takes. */
    public long largestFreeBytes() {
        return taken().largestGapIn(range);
    }

    /** {@code pref window of 0000:00:01.0}, {@code aperture mem 0x…-0x… of 0000:00}. */
    public String name() {
        return bridge.map(b -> kind.label() + " window of " + b)
                .orElseGet(() -> "aperture " + kind.label() + " " + range + " of " + host);
    }

    /** What the metrics call it: the bridge's address, or the host bridge's name. */
    public String label() {
        return bridge.map(PciAddress::toString).orElse(host);
    }
}
