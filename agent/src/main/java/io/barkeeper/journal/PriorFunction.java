package io.barkeeper.journal;

import io.barkeeper.diagnosis.Reachability;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Sriov;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.Optional;

/**
 * A function as it was before a transaction touched anything: what has to be true of it again.
 *
 * @param path identity that survives renumbering, as {@link Topology#path}
 * @param ids vendor and device, {@code 8086:0953}
 * @param serial Device Serial Number, or empty text
 * @param released true when the transaction takes it out
 * @param driver the bound driver, or empty text
 * @param command the command register, or -1 when it was not read
 * @param numVfs VFs that were enabled
 * @param buses bus numbers, on bridges
 * @param pciehp the native hot-plug service was bound
 * @param rows its resources
 * @param attachments disks and interfaces
 */
public record PriorFunction(
        PciAddress address,
        String path,
        String ids,
        String serial,
        boolean released,
        boolean virtual,
        String driver,
        int command,
        int numVfs,
        Optional<Buses> buses,
        boolean pciehp,
        List<Row> rows,
        List<Attachment> attachments) {

    /** Primary, secondary and subordinate bus number. */
    public record Buses(int primary, int secondary, int subordinate) {

        public static Buses of(Bridge bridge) {
            return new Buses(bridge.primary(), bridge.secondary(), bridge.subordinate());
        }
    }

    /**
     * One resource.
     *
     * @param size bytes, or -1 when unknown
     * @param range empty when it was unassigned
     * @param blocked assigned, and accesses did not reach it even then, as behind a port whose I/O window is hard-wired closed
     */
    public record Row(int index, String kind, long size, Optional<AddressRange> range, boolean blocked) {

        static Row of(Topology topology, PciFunction function, Resource resource) {
            boolean blocked = resource.isAssigned()
                    && resource.isStandardBar()
                    && Reachability.obstacle(topology, function, resource).isPresent();
            return new Row(
                    resource.index(), resource.kind().name(), resource.size().orElse(-1), resource.range(), blocked);
        }
    }

    /** Whether accesses did not reach this row even then. */
    public boolean wasBlocked(int index) {
        return rows.stream().anyMatch(r -> r.index() == index && r.blocked());
    }

    public PriorFunction {
        rows = List.copyOf(rows);
        attachments = List.copyOf(attachments);
    }

    /** The function as this topology has it. */
    public static PriorFunction of(Topology topology, PciFunction function, boolean released) {
        return new PriorFunction(
                function.address(),
                topology.path(function.address()),
                function.ids().toString(),
                function.ids().serial(),
                released,
                function.isVirtualFunction(),
                function.driver().orElse(""),
                function.command().orElse(-1),
                function.sriov().map(Sriov::numVfs).orElse(0),
                function.bridge().map(Buses::of),
                function.bridge().map(Bridge::pciehp).orElse(false),
                function.resources().stream()
                        .map(r -> Row.of(topology, function, r))
                        .toList(),
                function.attachments());
    }
}
