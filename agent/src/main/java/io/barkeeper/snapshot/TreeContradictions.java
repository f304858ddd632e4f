package io.barkeeper.snapshot;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the resource tree of the kernel ({@code /proc/iomem}, {@code /proc/ioports}) and the resources of its functions
 * in sysfs are not the same. In a sound kernel they are two views of one thing: an assigned resource is a node of the
 * tree, and a node is there as long as its function has the resource. Kernels from 6.15 to 6.18 can lose that when the
 * resizing of a bridge is rolled back: nodes stay behind for what was released, or what is shown as assigned is in no tree
 * and its addresses can be given away a second time.
 */
public final class TreeContradictions {

    /**
     * One of them.
     *
     * @param subject what it is about: a resource or a node of the tree, whatever its address
     * @param why a sentence without a full stop
     */
    public record Contradiction(String subject, String why) {}

    private final Topology topology;
    private final List<Contradiction> found = new ArrayList<>();

    private TreeContradictions(Topology topology) {
        this.topology = topology;
    }

    /**
     * All of them. A map that is hidden contradicts nothing, nor do resources that firmware fixed, which need not be in
     * the tree (the shadow of a VGA ROM is not).
     *
     * @param io which of the two files this is
     */
    public static List<Contradiction> of(IoMap map, boolean io, Topology topology) {
        TreeContradictions all = new TreeContradictions(topology);
        if (!map.isHidden()) {
            List<IoMap.Line> lines = map.lines();
            all.missing(lines, io);
            all.stale(lines, io);
            map.crossings()
                    .forEach(c -> all.found.add(new Contradiction(
                            c.first().name() + " crosses " + c.second().name(),
                            c.first() + " and " + c.second() + " overlap in the resource tree, and neither holds the"
                                    + " other")));
        }
        return all.found;
    }

    private void missing(List<IoMap.Line> lines, boolean io) {
        for (PciFunction function : topology.functions()) {
            for (Resource resource : function.resources()) {
                Optional<AddressRange> range = resource.range();
                boolean asked = range.isPresent()
                        && !resource.isFixed()
                        && resource.kind().isIo() == io;
                if (asked
                        && lines.stream().noneMatch(l -> l.isPci() && l.range().equals(range.get()))) {
                    found.add(new Contradiction(
                            function.address() + " " + resource.name(),
                            function.address() + " " + resource.name() + " is at " + range.get()
                                    + " in sysfs, and the resource tree holds nothing of PCI there"));
                }
            }
        }
    }

    private void stale(List<IoMap.Line> lines, boolean io) {
        for (IoMap.Line line : lines) {
            boolean known = line.function()
                    .filter(a -> !isChipset(a))
                    .map(this::resourcesOf)
                    .or(() -> line.bus().filter(b -> !isRoot(b)).map(this::windowsTo))
                    .map(rows -> rows.stream()
                            .anyMatch(r -> r.kind().isIo() == io && r.range().equals(Optional.of(line.range()))))
                    .orElse(true);
            if (!known) {
                found.add(new Contradiction(
                        "node of " + line.name(),
                        "the resource tree holds " + line + ", which is no resource of it in sysfs"));
            }
        }
    }

    /** Quirks of chipsets claim ports (ACPI, GPIO, SMBus) in rows that sysfs shows of bridges only. */
    private boolean isChipset(PciAddress address) {
        return topology.find(address)
                .filter(f -> f.parent().isEmpty() && !f.isBridge())
                .isPresent();
    }

    private List<Resource> resourcesOf(PciAddress address) {
        return topology.find(address).map(PciFunction::resources).orElse(List.of());
    }

    private boolean isRoot(String bus) {
        return topology.hostBridges().stream().map(HostBridge::name).anyMatch(bus::equals);
    }

    private List<Resource> windowsTo(String bus) {
        return topology.functions().stream()
                .filter(f ->
                        f.bridge().map(Bridge::secondary).map(s -> name(f, s)).equals(Optional.of(bus)))
                .flatMap(f -> f.resources().stream())
                .filter(Resource::isWindow)
                .toList();
    }

    private static String name(PciFunction bridge, int bus) {
        return String.format("%04x:%02x", bridge.address().domain(), bus);
    }
}
