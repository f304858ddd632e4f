package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.Sriov;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Turns a {@link LiveTree} back into a {@link Topology}, as sysfs would show it; what did not change is reused. */
final class TreeWriter {

    private final LiveTree tree;

    private TreeWriter(LiveTree tree) {
        this.tree = tree;
    }

    @SuppressWarnings("ReferenceEquality") // what did not change is the very object that it was
    static Topology write(LiveTree tree) {
        TreeWriter writer = new TreeWriter(tree);
        List<PciFunction> before = tree.origin.functions();
        List<PciFunction> functions = new ArrayList<>(before.size());
        boolean same = true;
        for (LiveFunction function : tree.functions()) {
            PciFunction written = writer.write(function);
            same = same && functions.size() < before.size() && before.get(functions.size()) == written;
            functions.add(written);
        }
        same = same && functions.size() == before.size() && tree.detached().equals(tree.origin.detached());
        String alignment = tree.resourceAlignment.text();
        if (same && alignment.equals(tree.origin.resourceAlignment())) {
            return tree.origin;
        }
        Topology after = tree.origin.with(functions, tree.detached());
        return alignment.equals(after.resourceAlignment()) ? after : after.withResourceAlignment(alignment);
    }

    private PciFunction write(LiveFunction function) {
        PciFunction written = function.origin;
        List<Resource> rows = rows(function);
        if (!isSame(rows, written.resources())) {
            written = written.withResources(rows);
        }
        Optional<PciAddress> parent = Optional.ofNullable(function.bus.bridge).map(bridge -> bridge.address);
        if (!function.address.equals(written.address()) || !parent.equals(written.parent())) {
            written = written.at(function.address, parent);
        }
        if (!function.driver.equals(written.driver())) {
            written = written.withDriver(function.driver);
        }
        if (!function.command.equals(written.command()) || function.enableCount != written.enableCount()) {
            written = written.withCommand(function.command, function.enableCount);
        }
        if (written.bridge().isPresent()) {
            Bridge bridge = bridge(function, written.bridge().get());
            written = bridge.equals(written.bridge().get()) ? written : written.withBridge(bridge);
        }
        if (written.sriov().isPresent() && written.sriov().get().numVfs() != function.vfs) {
            int total = written.sriov().get().totalVfs();
            written = written.withSriov(Optional.of(new Sriov(total, function.vfs)));
        }
        return written;
    }

    /** Rows that did not change are the very objects that they were. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(List<Resource> rows, List<Resource> before) {
        if (rows.size() != before.size()) {
            return false;
        }
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i) != before.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static Bridge bridge(LiveFunction function, Bridge was) {
        LiveBus below = function.secondary;
        return new Bridge(
                below == null ? was.primary() : function.bus.number,
                below == null ? 0 : below.number,
                below == null ? 0 : below.last,
                was.windows(),
                function.hotplug,
                was.pciehp(),
                was.subtractive(),
                was.slot(),
                function.busNumbersCleared);
    }

    private List<Resource> rows(LiveFunction function) {
        List<Resource> rows = new ArrayList<>();
        for (LiveResource row : function.rows) {
            if (row == null) {
                continue;
            }
            Resource was = row.origin;
            if (row.isWindow() && was == null && !row.assigned() && !isImplemented(function, row)) {
                continue;
            }
            if (was != null && isWhereItWas(was, row)) {
                rows.add(was);
                continue;
            }
            Resource now = row.isWindow() ? window(row) : bar(row);
            rows.add(now.equals(was) ? was : now);
        }
        return rows;
    }

    /** The usual case, found without making the row anew: assigned before and after, at the same place. */
    private static boolean isWhereItWas(Resource was, LiveResource row) {
        if (!row.assigned() || was.range().isEmpty()) {
            return false;
        }
        AddressRange range = was.range().get();
        return range.start() == row.start
                && range.end() == row.end
                && was.flags() == row.flags
                && row.flags != 0
                && was.size().isPresent()
                && was.retained().isEmpty()
                && was.hardware().equals(row.registers);
    }

    static boolean isImplemented(LiveFunction bridge, LiveResource window) {
        Bridge.Windows windows =
                bridge.origin.bridge().map(Bridge::windows).orElse(new Bridge.Windows(false, false, false, false));
        return switch (window.index) {
            case Resource.WINDOW_IO -> windows.io();
            case Resource.WINDOW_PREF -> windows.pref();
            default -> true;
        };
    }

    private static Resource bar(LiveResource row) {
        boolean placed = row.assigned() || row.has(ResourceFlags.PCI_FIXED);
        if (placed && row.flags != 0) {
            return Resource.assigned(
                    row.index, row.kind, row.flags, new AddressRange(row.start, row.end), row.registers);
        }
        OptionalLong size = row.flags != 0
                ? OptionalLong.of(row.size())
                : row.decodedSize < 0 ? OptionalLong.empty() : OptionalLong.of(row.decodedSize);
        return unassigned(row, row.flags, size, OptionalLong.empty());
    }

    /** An unassigned window shows as zeros since 6.18; the size that it keeps, seen or unseen, is {@code retained}. */
    private Resource window(LiveResource row) {
        if (row.assigned()) {
            return Resource.assigned(
                    row.index, row.kind, row.flags, new AddressRange(row.start, row.end), row.registers);
        }
        if (tree.generation.keepsFailedWindows()) {
            long kept = row.flags == 0 || row.has(ResourceFlags.DISABLED) ? 0 : row.size();
            return unassigned(row, 0, OptionalLong.of(0), OptionalLong.of(kept));
        }
        boolean keepsNothing = row.flags == 0 || row.size() == 0;
        return unassigned(
                row, row.flags, OptionalLong.of(0), keepsNothing ? OptionalLong.empty() : OptionalLong.of(row.size()));
    }

    /** The row that it was, where that says the same; most windows of empty ports stay as they are. */
    private static Resource unassigned(LiveResource row, long flags, OptionalLong size, OptionalLong retained) {
        Resource was = row.origin;
        if (was != null
                && was.flags() == flags
                && !was.isAssigned()
                && was.size().equals(size)
                && was.retained().equals(retained)
                && was.refused().isEmpty()
                && !was.isDoubtful()
                && was.hardware().equals(row.registers)) {
            return was;
        }
        return new Resource(row.index, row.kind, flags, size, Optional.empty(), row.registers, retained);
    }
}
