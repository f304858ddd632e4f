package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.Sriov;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * {@code pci_stop_and_remove_bus_device()}: a function and all below it are forgotten and their ranges given back. The
 * hardware stays as it is: BARs, windows and bus numbers keep what was programmed, decoding stays on.
 */
final class Removal {

    private static final int COMMAND_MASTER = 0x4;

    private final LiveTree tree;

    Removal(LiveTree tree) {
        this.tree = tree;
    }

    /** Removed through sysfs: still plugged in, a rescan finds it. */
    void forget(LiveFunction function) {
        remove(function, true);
    }

    /** Taken out of its slot: nothing is left to find. */
    void unplug(LiveFunction function) {
        remove(function, false);
    }

    private void remove(LiveFunction function, boolean stays) {
        if (function.vfs > 0 && function.bus.functions.size() > 1) {
            doubtVirtualFunctions(function);
        }
        LiveBus below = function.secondary;
        if (below != null) {
            for (LiveFunction child : new ArrayList<>(below.functions)) {
                remove(child, stays);
            }
            tree.removeBus(below);
        }
        tree.remove(function);
        for (LiveResource row : function.rows) {
            if (row != null) {
                row.release();
            }
        }
        if (stays && !function.origin.isVirtualFunction()) {
            tree.detach(detached(function));
        }
    }

    private void doubtVirtualFunctions(LiveFunction physical) {
        for (LiveFunction other : physical.bus.functions) {
            if (other.origin.physicalFunction().equals(Optional.of(physical.address))) {
                tree.doubt(
                        physical.address,
                        -1,
                        "it has virtual functions, and only its driver knows whether they go with it");
                return;
            }
        }
    }

    private PciFunction detached(LiveFunction function) {
        List<Resource> rows = new ArrayList<>();
        for (LiveResource row : function.rows) {
            if (row != null) {
                rows.add(detached(row));
            }
        }
        Optional<PciAddress> parent = Optional.ofNullable(function.bus.bridge).map(bridge -> bridge.address);
        OptionalInt command = function.command.isPresent()
                ? OptionalInt.of(function.command.getAsInt() & ~COMMAND_MASTER)
                : OptionalInt.empty();
        PciFunction left = function.origin
                .withResources(rows)
                .at(function.address, parent)
                .withDriver(function.driver)
                .withCommand(command, function.enableCount);
        if (left.sriov().isPresent()) {
            left = left.withSriov(Optional.of(new Sriov(left.sriov().get().totalVfs(), 0)));
        }
        return left.bridge().map(b -> left(function, b)).map(left::withBridge).orElse(left);
    }

    private static Bridge left(LiveFunction function, Bridge was) {
        LiveBus below = function.secondary;
        return new Bridge(
                function.bus.number,
                below == null ? was.secondary() : below.number,
                below == null ? was.subordinate() : below.last,
                was.windows(),
                was.hotplug() && function.origin.type().isDownstreamOrRoot(),
                was.pciehp(),
                was.subtractive(),
                was.slot(),
                function.busNumbersCleared || (below == null && was.secondary() == 0));
    }

    private static Resource detached(LiveResource row) {
        if (row.has(ResourceFlags.PCI_FIXED)) {
            return Resource.assigned(
                    row.index, row.kind, row.flags, new AddressRange(row.start, row.end), row.registers);
        }
        OptionalLong size = row.isWindow()
                ? OptionalLong.of(0)
                : row.decodedSize < 0 ? OptionalLong.empty() : OptionalLong.of(row.decodedSize);
        return Resource.unassigned(row.index, row.kind, 0, size, row.registers);
    }
}
