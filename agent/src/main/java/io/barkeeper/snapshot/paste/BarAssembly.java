package io.barkeeper.snapshot.paste;

import io.barkeeper.kernel.NaturalFlags;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.BarRegister;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.snapshot.paste.LoggedFunction.Fate;
import io.barkeeper.snapshot.paste.LoggedFunction.Spot;
import io.barkeeper.snapshot.paste.LspciFunction.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Puts together the BARs, the ROM and the VF BARs of one function. */
final class BarAssembly {

    /** The BIOS copy of a boot VGA's ROM (PCI Firmware Specification 3.2, 5.2.1.14). */
    private static final AddressRange SHADOW = new AddressRange(0xc0000, 0xdffff);

    private static final long SHADOW_FLAGS = ResourceFlags.MEM | ResourceFlags.PCI_FIXED | ResourceFlags.ROM_SHADOW;

    private final Evidence evidence;
    private final MapClaims memory;
    private final Gaps gaps;

    BarAssembly(Evidence evidence, MapClaims memory, Gaps gaps) {
        this.evidence = evidence;
        this.memory = memory;
        this.gaps = gaps;
    }

    /** Ascending by row. */
    List<Resource> resources() throws PasteException {
        List<Resource> found = new ArrayList<>();
        for (int index = 0; index <= Resource.LAST_VF; index++) {
            Optional<Resource> resource = resource(index);
            resource.ifPresent(found::add);
        }
        return found;
    }

    private Optional<Resource> resource(int index) throws PasteException {
        Optional<Region> region = evidence.region(index);
        if (index == Resource.ROM && isShadowed(region)) {
            return Optional.of(Resource.assigned(index, ResourceKind.ROM, SHADOW_FLAGS, SHADOW, Decoded.at(SHADOW)));
        }
        Optional<Spot> spot = evidence.decisive(index);
        Optional<Resource> resource =
                spot.isPresent() ? Optional.of(logged(index, spot.get())) : region.flatMap(r -> listed(index, r));
        if (resource.isPresent() && index <= Resource.ROM) {
            checkSize(
                    resource.get(),
                    spot.map(Spot::line).or(() -> region.map(Region::line)).orElseThrow());
        }
        return resource.map(this::withRefusal);
    }

    /** A BAR that was to grow keeps its place when there is no room. */
    private Resource withRefusal(Resource resource) {
        Optional<LoggedFunction.Refusal> refusal =
                evidence.log().flatMap(f -> Optional.ofNullable(f.refusals.get(resource.index())));
        if (refusal.isPresent() && resource.isAssigned() && resource.isStandardBar()) {
            gaps.of(
                    evidence.address() + " " + name(resource.index()),
                    "BK-NOTE-REFUSED",
                    String.format(
                            "%s says that there is no room for 0x%x bytes, and later lines place it again",
                            refusal.get().line().place(), refusal.get().size()),
                    "--until " + refusal.get().line().number() + " shows the machine as it was then");
        }
        return evidence.refusal(resource.index())
                .filter(bytes -> resource.isStandardBar()
                        && resource.isAssigned()
                        && AddressRange.below(resource.size().orElse(0), bytes))
                .map(bytes -> resource.withRefused(OptionalLong.of(bytes)))
                .orElse(resource);
    }

    private boolean isShadowed(Optional<Region> region) {
        boolean listed = region.filter(
                        r -> r.virtual() && r.start().isPresent() && r.start().getAsLong() == SHADOW.start())
                .isPresent();
        return listed || evidence.log().map(f -> f.shadowRom).orElse(false);
    }

    private Resource logged(int index, Spot spot) {
        long flags = NaturalFlags.of(spot.kind());
        if (spot.range().isPresent()) {
            AddressRange range = spot.range().get();
            return Resource.assigned(index, spot.kind(), flags, range, register(index, OptionalLong.of(range.size())));
        }
        // What found no place is wiped: the row reads 0, flags included.
        long left = spot.fate() == Fate.FAILED ? 0 : flags;
        OptionalLong size = OptionalLong.of(spot.size());
        return Resource.unassigned(index, spot.kind(), left, size, register(index, size));
    }

    private Optional<Resource> listed(int index, Region region) {
        long flags = NaturalFlags.of(region.kind());
        OptionalLong size = sizeOf(index, region);
        if (region.start().isEmpty()) {
            if (size.isEmpty()) {
                gaps.of(
                        evidence.address() + " " + name(index),
                        "BK-NOTE-SIZE",
                        "neither lspci nor the kernel log shows the size",
                        "whether it fits anywhere cannot be said");
            }
            long left = region.size().isPresent() ? flags : 0;
            return Optional.of(Resource.unassigned(index, region.kind(), left, size, register(index, size)));
        }
        Optional<AddressRange> range = size.isEmpty()
                ? Optional.empty()
                : AddressRange.fitting(region.start().getAsLong(), size.getAsLong());
        if (range.isEmpty()) {
            gaps.of(
                    evidence.address() + " " + name(index),
                    "BK-NOTE-SIZE",
                    "an address is shown, the size is not",
                    "it is left out, so that its place looks free");
        }
        return range.map(
                r -> Resource.assigned(index, region.kind(), flags, r, register(index, OptionalLong.of(r.size()))));
    }

    private OptionalLong sizeOf(int index, Region region) {
        if (region.size().isPresent()) {
            return region.size();
        }
        Optional<AddressRange> claimed = region.start().isPresent()
                ? memory.of(evidence.address(), region.start().getAsLong())
                : Optional.empty();
        if (claimed.isPresent()) {
            return OptionalLong.of(claimed.get().size());
        }
        return evidence.spot(index).map(s -> OptionalLong.of(s.size())).orElse(OptionalLong.empty());
    }

    private static String name(int index) {
        if (index == Resource.ROM) {
            return "ROM";
        }
        return index < Resource.ROM ? "BAR " + index : "VF BAR " + (index - Resource.FIRST_VF);
    }

    private Decoded register(int index, OptionalLong size) {
        return evidence.dump()
                .flatMap(c -> BarRegister.read(c, index))
                .map(r -> r.decoded(size))
                .orElseGet(Decoded::unread);
    }

    private static void checkSize(Resource resource, PasteLine line) throws PasteException {
        boolean fixed = ResourceFlags.has(resource.flags(), ResourceFlags.PCI_FIXED);
        if (!fixed
                && resource.size().isPresent()
                && Long.bitCount(resource.size().getAsLong()) != 1) {
            throw PasteException.contradiction(String.format(
                    "%s: %s of 0x%x bytes cannot be; a BAR has a power of two",
                    line.place(), resource.name(), resource.size().getAsLong()));
        }
    }
}
