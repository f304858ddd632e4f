package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Reservation;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.KernelLog;
import io.barkeeper.snapshot.KernelLogParser;
import io.barkeeper.snapshot.KernelReleases;
import io.barkeeper.snapshot.ListOrder;
import io.barkeeper.snapshot.ReadNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes a topology of what people paste: any subset of {@code lspci -vvv}, {@code /proc/iomem} and the kernel log, mixed
 * as it comes.
 *
 * <p>{@code lspci} is a picture of one moment, the log a story. Where both speak of a resource, {@code lspci} is
 * believed; only where the log tells of a device that arrived after the boot and that {@code lspci} does not list, the
 * picture is the older one, and what the log says after the boot counts. What nobody shows stays unknown and is noted.
 */
public final class PasteImport {

    private final Paste paste;
    private final Wish wish;
    private final Gaps gaps = new Gaps();

    private PasteImport(Paste paste, Wish wish) {
        this.paste = paste;
        this.wish = wish;
    }

    /**
     * What is asked for.
     *
     * @param kernel the release, where the paste does not tell or is wrong
     * @param part which stretch of the kernel log counts, from 1; empty for the one that {@link LogChoice} takes
     * @param until the last line of each text that is read, from 1
     */
    public record Wish(Optional<String> kernel, OptionalInt part, int until) {

        public static final Wish ALL = new Wish(Optional.empty(), OptionalInt.empty(), Integer.MAX_VALUE);
    }

    /** What came of a paste, and what it leaves unknown. */
    public record Imported(Topology topology, ReadNotes notes) {}

    /**
     * Imports.
     *
     * @throws PasteException when a text is none, nothing in it is known, or two lines contradict each other; the code is
     *     {@code BK-PASTE-…}
     */
    public static Imported read(List<PasteSource> sources, Wish wish) throws PasteException {
        return new PasteImport(PasteSorter.sort(sources, wish.until()), wish).imported();
    }

    private Imported imported() throws PasteException {
        Map<PciAddress, LspciFunction> listed = LspciParser.parse(paste.lspci);
        MapClaims memory = MapClaims.of(paste.iomem);
        LogChoice choice = LogChoice.of(paste.log, wish.part(), memory, gaps);
        KernelLog log = KernelLogParser.parse(
                choice.lines().stream().map(l -> PasteSorter.message(l.text())).toList());
        MapClaims ports = MapClaims.of(paste.ioports);
        noteMissing(memory, ports);
        KernelIdentity kernel = new PastedKernel(paste, log, choice, gaps).identity(wish.kernel());
        List<Evidence> evidence = new Witnesses(listed, choice.replay().functions(), gaps).evidence();
        noteMapped(listed, evidence, memory);
        Set<String> roots = new TreeSet<>(log.hosts().keySet());
        roots.addAll(memory.outermostBuses());
        roots.removeIf(bus -> isBelowBridge(bus, evidence));
        FunctionAssembly assembly =
                new FunctionAssembly(memory, KernelReleases.keepsLostWindows(kernel.release()), gaps);
        TreeAssembly tree = new TreeAssembly(evidence, roots, assembly, gaps);
        List<PciFunction> functions = tree.functions();
        List<HostBridge> hosts = new HostAssembly(log, memory, ports, gaps).hosts(tree.rootBuses());
        List<Reservation> reserved = new ArrayList<>(ports.tree().reservations(hosts, true));
        reserved.addAll(memory.tree().reservations(hosts, false));
        try {
            Topology topology =
                    Topology.of(kernel, hosts, reserved, log.firmware(), "", ListOrder.sort(functions, ""), List.of());
            return new Imported(topology, gaps.done());
        } catch (IllegalArgumentException e) {
            throw PasteException.contradiction("the functions make no tree: " + e.getMessage());
        }
    }

    private static boolean isBelowBridge(String bus, List<Evidence> evidence) {
        return evidence.stream()
                .anyMatch(e -> FunctionAssembly.secondary(e).isPresent()
                        && TreeAssembly.name(
                                        e.address().domain(),
                                        FunctionAssembly.secondary(e).getAsInt())
                                .equals(bus));
    }

    private void noteMissing(MapClaims memory, MapClaims ports) {
        if (paste.lspci.isEmpty()) {
            gaps.add(
                    "BK-NOTE-NO-LSPCI",
                    "there is no output of lspci",
                    "only what the kernel log and /proc/iomem name is here; other devices may lie between");
        }
        if (paste.log.isEmpty()) {
            gaps.add(
                    "BK-NOTE-NO-LOG",
                    "there is no kernel log",
                    "sizes of what has no address, the order of apertures and the kernel are unknown");
        }
        if (memory.isEmpty() || memory.isHidden()) {
            gaps.add(
                    "BK-NOTE-IOMAP",
                    memory.isHidden() ? "/proc/iomem was read without root and shows zeros" : "there is no /proc/iomem",
                    "what others than PCI hold inside the apertures is unknown");
        }
        if (paste.others > 0) {
            gaps.add(
                    "BK-NOTE-OTHER-LINES",
                    paste.others + " lines are from no source that is known",
                    "they are left out");
        }
        if (!ports.isEmpty() && ports.isHidden()) {
            gaps.add("BK-NOTE-IOMAP", "/proc/ioports shows zeros", "who holds I/O ports is unknown");
        }
    }

    /** Whoever only the memory map names has no BARs that could be told apart. */
    private void noteMapped(Map<PciAddress, LspciFunction> listed, List<Evidence> evidence, MapClaims memory) {
        for (PciAddress address : memory.functions()) {
            if (!listed.containsKey(address)
                    && evidence.stream().noneMatch(e -> e.address().equals(address))) {
                gaps.of(
                        address,
                        "BK-NOTE-ONLY-MAPPED",
                        "only /proc/iomem names it, and not its BARs by number",
                        "it is left out, so that its place looks free");
            }
        }
    }
}
