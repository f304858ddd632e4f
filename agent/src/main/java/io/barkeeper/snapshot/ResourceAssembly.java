package io.barkeeper.snapshot;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.BarRegister;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Capabilities;
import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.WindowRegisters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Puts the resources of one function together from what the kernel shows, what the registers hold, what was known
 * earlier in this boot and what the kernel log tells.
 *
 * <p>The difficulty is a row that is all zero: the kernel prints it for a BAR that does not exist and for one that it
 * gave up on. The register decides where it can; its size comes from an earlier snapshot, the log, or the Resizable BAR
 * capability, in this order, and is unknown otherwise. One exception: when the log shows the discovery of the function
 * it speaks of the very device that is there now, while an earlier snapshot may have seen its predecessor of the same
 * make in the same slot; where the two differ, the log is right.
 */
public final class ResourceAssembly {

    private final Sources sources;

    private ResourceAssembly(Sources sources) {
        this.sources = sources;
    }

    /**
     * What is known of a function.
     *
     * @param rows of its sysfs file {@code resource}
     * @param config empty when it was not read
     * @param windows which windows a bridge has; empty for other functions
     * @param earlier the resources of the same function earlier in this boot; empty when there is no such snapshot
     * @param log what the log says of it
     * @param sinceBoot the log reaches back to the boot
     * @param sinceEarlier the log reaches back to the look that {@code earlier} is from
     * @param virtual a virtual function, whose BAR registers are hard-wired to 0
     * @param keepsLostWindows the kernel privately keeps the size of a window that it lost (6.18 and later)
     */
    public record Sources(
            List<ResourceRow> rows,
            Optional<ConfigSpace> config,
            Optional<Bridge.Windows> windows,
            List<Resource> earlier,
            KernelLog.FunctionTrace log,
            boolean sinceBoot,
            boolean sinceEarlier,
            boolean virtual,
            boolean keepsLostWindows) {

        public Sources {
            rows = List.copyOf(rows);
            earlier = List.copyOf(earlier);
        }
    }

    /** The resources that exist, ascending by row. */
    public static List<Resource> assemble(Sources sources) {
        return new ResourceAssembly(sources).all();
    }

    private List<Resource> all() {
        List<Resource> found = new ArrayList<>();
        boolean upperHalf = false;
        for (ResourceRow row : sources.rows()) {
            if (row.isWindow()) {
                window(row).ifPresent(found::add);
            } else if (upperHalf && row.isZero()) {
                upperHalf = false;
            } else {
                Optional<Resource> bar = bar(row);
                bar.ifPresent(found::add);
                upperHalf = row.index() != Resource.ROM
                        && bar.map(r -> r.kind().is64Bit()).orElse(false);
            }
        }
        return found;
    }

    private Optional<Resource> bar(ResourceRow row) {
        int index = row.index();
        Optional<BarRegister> register = register(index);
        Optional<ResourceKind> kind = row.kind();
        if (row.range().isPresent() && kind.isPresent()) {
            AddressRange range = row.range().get();
            return Optional.of(Resource.assigned(
                    index, kind.get(), row.flags(), range, hardware(row, register, decodedSize(index, range))));
        }
        Optional<KernelLog.SizedKind> known = known(index);
        boolean exists = kind.isPresent()
                || known.isPresent()
                || register.map(BarRegister::showsThatItExists).orElse(false);
        if (!exists) {
            return Optional.empty();
        }
        OptionalLong size = sizeOf(row, known);
        ResourceKind what = kind.or(() -> known.map(KernelLog.SizedKind::kind))
                .or(() -> register.map(BarRegister::kind))
                .orElse(ResourceKind.MEM32);
        long flags = kind.isPresent() ? row.flags() : 0;
        return Optional.of(Resource.unassigned(index, what, flags, size, hardware(row, register, size)));
    }

    /**
     * The bytes that a BAR with an address decodes: fewer than the row spans where {@code resource_alignment} made it
     * larger. The log says so when the function is found, and a row that has not changed since an earlier look is what it
     * was then.
     */
    private OptionalLong decodedSize(int index, AddressRange range) {
        OptionalLong before = sources.earlier().stream()
                .filter(r -> r.index() == index && r.range().equals(Optional.of(range)))
                .flatMap(r -> r.hardware().asRange().stream())
                .mapToLong(AddressRange::size)
                .findFirst();
        OptionalLong size = sources.log().discovered() ? sources.log().alignedFrom(index) : before;
        return size.isPresent() && Long.compareUnsigned(size.getAsLong(), range.size()) < 0
                ? size
                : OptionalLong.of(range.size());
    }

    /** The size of a BAR without an address, from the first source that has it. */
    private OptionalLong sizeOf(ResourceRow row, Optional<KernelLog.SizedKind> known) {
        if (row.kind().isPresent() && row.span() != 0) {
            return OptionalLong.of(row.span());
        }
        if (sources.log().alignedFrom(row.index()).isPresent()) {
            return sources.log().alignedFrom(row.index());
        }
        if (known.isPresent()) {
            return OptionalLong.of(known.get().size());
        }
        return row.index() < Resource.ROM
                ? sources.config()
                        .map(c -> Capabilities.resizedTo(c, row.index()))
                        .orElse(OptionalLong.empty())
                : OptionalLong.empty();
    }

    private Optional<KernelLog.SizedKind> known(int index) {
        Optional<KernelLog.SizedKind> logged = sources.log().bar(index);
        Optional<KernelLog.SizedKind> before = sources.earlier().stream()
                .filter(r -> r.index() == index && r.size().isPresent())
                .map(r -> new KernelLog.SizedKind(r.kind(), r.size().getAsLong()))
                .findFirst();
        return sources.log().discovered() ? logged.or(() -> before) : before.or(() -> logged);
    }

    private Optional<BarRegister> register(int index) {
        return sources.virtual() ? Optional.empty() : sources.config().flatMap(c -> BarRegister.read(c, index));
    }

    private Decoded hardware(ResourceRow row, Optional<BarRegister> register, OptionalLong size) {
        boolean fixed = ResourceFlags.has(row.flags(), ResourceFlags.PCI_FIXED);
        if (fixed && row.range().isPresent()) {
            return fixedHardware(row.index(), row.range().get());
        }
        if (register.isEmpty() || (row.index() > Resource.ROM && !vfBarsVisible())) {
            return Decoded.unread();
        }
        return register.get().decoded(size);
    }

    /** Enhanced Allocation, legacy IDE and the shadow ROM are decoded without a BAR. */
    private Decoded fixedHardware(int index, AddressRange range) {
        return sources.config().map(Capabilities::enhancedAllocation).orElse(List.of()).stream()
                .filter(f -> f.index().isPresent() && f.index().getAsInt() == index)
                .map(f -> Decoded.at(f.range()))
                .findFirst()
                .orElse(Decoded.at(range));
    }

    private boolean vfBarsVisible() {
        return sources.config()
                .map(c -> c.visibility() == ConfigSpace.Visibility.EXTENDED)
                .orElse(false);
    }

    private Optional<Resource> window(ResourceRow row) {
        if (sources.windows().isEmpty()) {
            return Optional.empty();
        }
        Bridge.Windows windows = sources.windows().get();
        int index = row.index();
        boolean implemented = index == Resource.WINDOW_MEM
                || (index == Resource.WINDOW_IO && windows.io())
                || (index == Resource.WINDOW_PREF && windows.pref());
        ResourceKind kind = row.kind().orElseThrow();
        Decoded hardware = sources.config()
                .map(c -> WindowRegisters.decode(c, index, windows))
                .orElseGet(Decoded::unread);
        if (row.range().isPresent()) {
            return Optional.of(
                    Resource.assigned(index, kind, row.flags(), row.range().get(), hardware));
        }
        if (!implemented && row.isZero()) {
            return Optional.empty();
        }
        Resource lost = Resource.unassigned(index, kind, row.flags(), OptionalLong.of(0), hardware);
        return Optional.of(row.span() != 0 ? lost.withRetained(OptionalLong.of(row.span())) : withHiddenSize(lost));
    }

    /**
     * What a kernel from 6.18 on keeps to itself. The last word of the log counts; a log that shows how the bridge was found
     * and has no word on the window tells as much: the window never failed but in the usual way. Where the log begins later,
     * an earlier look knows, and what happened between the two is open unless the log was followed since.
     */
    private Resource withHiddenSize(Resource lost) {
        if (!sources.keepsLostWindows()) {
            return lost;
        }
        OptionalLong logged = sources.log().lostWindow(lost.index());
        Optional<Resource> before = sources.earlier().stream()
                .filter(r -> r.index() == lost.index() && !r.isAssigned())
                .findFirst();
        if (logged.isPresent() || sources.sinceBoot() || sources.log().discovered()) {
            return lost.withRetained(
                    logged.isPresent() ? logged : before.map(Resource::retained).orElse(logged));
        }
        boolean told =
                sources.sinceEarlier() && before.isPresent() && !before.get().isDoubtful();
        Resource guess = lost.withRetained(before.map(Resource::retained).orElse(logged));
        return told
                ? guess
                : guess.withMayKeep(before.flatMap(Resource::mayKeep).orElse(List.of()));
    }
}
