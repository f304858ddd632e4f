package io.barkeeper.snapshot.paste;

import io.barkeeper.kernel.NaturalFlags;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.WindowRegisters;
import io.barkeeper.snapshot.paste.LoggedFunction.Spot;
import io.barkeeper.snapshot.paste.LspciFunction.WindowLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Puts together which windows a bridge has and where they are.
 *
 * <p>{@code lspci} comes first, then the kernel log, then {@code /proc/iomem}, which names ranges to a bus without their
 * kind: above 4 GiB only a prefetchable window can be (PCI-to-PCI Bridge Architecture 1.2, 3.2.5.8), below it the kind
 * stays open. A memory window always exists; one that nobody mentions has an unknown size.
 */
final class WindowAssembly {

    private final Evidence evidence;
    private final List<AddressRange> mapped;
    private final boolean keepsLost;
    private final Gaps gaps;
    private final Bridge.Windows windows;

    /**
     * @param mapped ranges to the bus below, by {@code /proc/iomem}
     * @param keepsLost the kernel privately keeps the size of a window that it lost (6.18 and later)
     */
    WindowAssembly(Evidence evidence, List<AddressRange> mapped, boolean keepsLost, Gaps gaps) {
        this.evidence = evidence;
        this.mapped = mapped;
        this.keepsLost = keepsLost;
        this.gaps = gaps;
        this.windows = implemented();
    }

    Bridge.Windows windows() {
        return windows;
    }

    private Bridge.Windows implemented() {
        boolean io = isSeen(Resource.WINDOW_IO);
        boolean pref = isSeen(Resource.WINDOW_PREF)
                || evidence.log().map(f -> f.windowsCut).orElse(false)
                || mapped.stream().anyMatch(AddressRange.ABOVE_4G::contains);
        Optional<ConfigSpace> dump = evidence.dump();
        if (dump.isPresent()) {
            return WindowRegisters.support(dump.get(), io, pref);
        }
        if (!io) {
            noteMissing("I/O");
        }
        if (!pref) {
            noteMissing("prefetchable");
        }
        boolean wide = evidence.window(Resource.WINDOW_PREF)
                .flatMap(WindowLine::wide)
                .or(() -> evidence.spot(Resource.WINDOW_PREF).map(Spot::wide))
                .orElse(mapped.stream().anyMatch(AddressRange.ABOVE_4G::contains));
        boolean wideInLog = evidence.spot(Resource.WINDOW_PREF).map(Spot::wide).orElse(false);
        return new Bridge.Windows(io, false, pref, pref && (wide || wideInLog));
    }

    private void noteMissing(String kind) {
        gaps.of(
                evidence.address(),
                "BK-NOTE-WINDOW-ASSUMED",
                "nothing shows " + (kind.equals("I/O") ? "an " : "a ") + kind + " window",
                "it is taken to have none");
    }

    /** A base register that reads 0 is taken for hard-wired, as Linux writes another value to close a window. */
    private boolean isSeen(int index) {
        boolean listed = evidence.window(index)
                .map(w -> w.open().map(r -> r.start() != 0).orElse(true))
                .orElse(false);
        return listed || evidence.spot(index).isPresent();
    }

    /** Ascending by row. */
    List<Resource> resources() {
        List<Resource> found = new ArrayList<>();
        if (windows.io()) {
            found.add(window(Resource.WINDOW_IO, ResourceKind.WINDOW_IO));
        }
        found.add(window(Resource.WINDOW_MEM, ResourceKind.WINDOW_MEM));
        if (windows.pref()) {
            found.add(window(Resource.WINDOW_PREF, ResourceKind.WINDOW_PREF));
        }
        noteUnclear(found);
        return found;
    }

    private Resource window(int index, ResourceKind kind) {
        Optional<Spot> spot = evidence.decisive(index);
        Decoded registers = evidence.dump()
                .map(c -> WindowRegisters.decode(c, index, windows))
                .orElseGet(Decoded::unread);
        if (spot.isPresent()) {
            Decoded hardware = evidence.logIsNewer() ? Decoded.unread() : registers;
            return spot.get()
                    .range()
                    .map(range -> placed(index, kind, range, hardware))
                    .orElseGet(() -> lost(index, kind, hardware));
        }
        Optional<WindowLine> line = evidence.window(index);
        if (line.isPresent()) {
            Decoded shown = line.get().open().map(Decoded::at).orElseGet(Decoded::closed);
            Decoded hardware = evidence.dump().isPresent() ? registers : shown;
            Optional<AddressRange> open =
                    line.get().open().filter(r -> r.start() != 0 && !line.get().disabled());
            return open.map(range -> placed(index, kind, range, hardware)).orElseGet(() -> lost(index, kind, hardware));
        }
        Optional<AddressRange> above = mapped.stream()
                .filter(r -> kind == ResourceKind.WINDOW_PREF && AddressRange.ABOVE_4G.contains(r))
                .findFirst();
        if (above.isPresent()) {
            return placed(index, kind, above.get(), registers);
        }
        if (registers.asRange().isPresent()) {
            return placed(index, kind, registers.asRange().get(), registers);
        }
        gaps.of(
                evidence.address() + " " + kind.label() + " window",
                "BK-NOTE-WINDOW",
                "the paste does not show where it is",
                "what room it has is unknown");
        return open(Resource.unassigned(index, kind, 0, OptionalLong.empty(), registers));
    }

    private Resource placed(int index, ResourceKind kind, AddressRange range, Decoded hardware) {
        long flags =
                kind == ResourceKind.WINDOW_PREF ? NaturalFlags.prefetchable(windows.pref64()) : NaturalFlags.of(kind);
        return Resource.assigned(index, kind, flags, range, hardware);
    }

    private Resource lost(int index, ResourceKind kind, Decoded hardware) {
        OptionalLong retained = keepsLost
                ? evidence.spot(index)
                        .filter(s -> s.range().isEmpty())
                        .map(s -> OptionalLong.of(s.size()))
                        .orElse(OptionalLong.empty())
                : OptionalLong.empty();
        OptionalLong refused = evidence.refusal(index).map(OptionalLong::of).orElse(OptionalLong.empty());
        Resource lost = Resource.unassigned(index, kind, 0, OptionalLong.of(0), hardware)
                .withRetained(retained)
                .withRefused(refused);
        boolean told = retained.isPresent()
                || evidence.log().map(f -> f.ids.isPresent()).orElse(false);
        return told ? lost : open(lost);
    }

    /** A log that begins after the bridge was found does not tell what the kernel keeps of a window that has no place. */
    private Resource open(Resource window) {
        if (!keepsLost) {
            return window;
        }
        gaps.of(
                evidence.address() + " " + window.kind().label() + " window",
                "BK-NOTE-KEPT",
                "the kernel log does not show its last sizing",
                "what the kernel keeps of its size is open; where that makes a difference, simulate says so");
        return window.withMayKeep(List.of());
    }

    /** Where the log is the newest witness, it is no wonder that the map shows something else. */
    private void noteUnclear(List<Resource> found) {
        if (evidence.logIsNewer()) {
            return;
        }
        for (AddressRange range : mapped) {
            if (found.stream().noneMatch(r -> r.range().filter(range::equals).isPresent())) {
                gaps.of(
                        evidence.address(),
                        "BK-NOTE-WINDOW-MAP",
                        "/proc/iomem shows " + range + " to the bus below it, and nothing else does",
                        "it may be older or newer, or a window whose kind is not shown; it is left out");
            }
        }
    }
}
