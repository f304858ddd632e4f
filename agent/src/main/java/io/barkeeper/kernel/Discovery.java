package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A function is found ({@code pci_scan_single_device()}): its BARs are sized from the hardware and have no address yet;
 * of a bridge, x86 reads the window registers, which tell the old size of each window.
 */
final class Discovery {

    private final LiveTree tree;

    Discovery(LiveTree tree) {
        this.tree = tree;
    }

    /** Puts a function at the end of its bus. The bus behind a bridge comes later, with its number. */
    LiveFunction find(PciFunction plugged, LiveBus bus, long key) {
        PciAddress was = plugged.address();
        PciAddress address = new PciAddress(bus.domain, bus.number, was.device(), was.function());
        LiveFunction function = new LiveFunction(plugged, address, bus);
        function.driver = Optional.empty();
        function.enableCount = 0;
        function.vfs = 0;
        function.hotplug &= plugged.type().isDownstreamOrRoot();
        function.detachedBelow = tree.keyBelow(plugged, key);
        for (Resource resource : plugged.resources()) {
            function.rows[resource.index()] = row(function, resource);
        }
        if (function.isBridge()) {
            TreeReader.openBus(tree, function, 0, 0);
        }
        tree.resourceAlignment.apply(tree, function);
        tree.addFresh(function);
        return function;
    }

    private LiveResource row(LiveFunction function, Resource resource) {
        LiveResource row = new LiveResource(function, resource);
        row.registers = resource.hardware();
        row.decodedSize = TreeReader.decodedSize(resource);
        row.sizeOfOneVf = TreeReader.sizeOfOneVf(function.origin, row);
        if (resource.isWindow()) {
            return row;
        }
        if (resource.isFixed() && resource.range().isPresent()) {
            row.flags = resource.flags();
            row.start = resource.range().get().start();
            row.end = resource.range().get().end();
        } else if (row.decodedSize > 0) {
            row.flags = NaturalFlags.of(resource.kind());
            row.setRange(row.decoded().map(AddressRange::start).orElse(0L), row.decodedSize);
        } else if (row.decodedSize < 0) {
            tree.doubt(
                    function.address,
                    row.index,
                    "the size of " + row.label + " is unknown, and it takes part once the function is found again");
        }
        return row;
    }

    /** {@code pci_read_bridge_bases()}, called by x86 when a bus appears. */
    void readWindows(LiveFunction bridge) {
        for (int i = Resource.WINDOW_IO; i <= Resource.WINDOW_PREF; i++) {
            readWindow(bridge, bridge.row(i));
        }
    }

    private void readWindow(LiveFunction bridge, LiveResource window) {
        KernelGeneration generation = tree.generation;
        boolean implemented = TreeWriter.isImplemented(bridge, window);
        window.wipe();
        if (!tree.options.x86() || (!implemented && generation.skipsReadingAbsentWindows())) {
            return;
        }
        long type = window.index == Resource.WINDOW_PREF
                ? NaturalFlags.prefetchable(isWide(bridge))
                : NaturalFlags.of(window.kind);
        if (window.registers instanceof Decoded.Unread) {
            doubtOldSize(window);
        }
        Optional<AddressRange> open = window.decoded();
        if (open.isPresent()) {
            window.flags = type;
            window.start = open.get().start();
            window.end = open.get().end();
        } else if (generation.keepsFailedWindows()) {
            window.flags = type | ResourceFlags.UNSET | ResourceFlags.DISABLED;
            window.setRange(0, 0);
        }
    }

    static boolean isWide(LiveFunction bridge) {
        return bridge.origin.bridge().map(b -> b.windows().pref64()).orElse(false);
    }

    /** The old size counts for I/O always, for memory until 6.18.9. */
    private void doubtOldSize(LiveResource window) {
        if (window.kind.isIo() || tree.generation.oldMemorySizeIsFloor()) {
            tree.doubt(window, "the window registers were not read, and their span is the least size that it gets");
        }
    }

    /**
     * Ends a scan ({@code pci_bus_add_devices()}): what was found gets the driver that it had, which enables the
     * function and its decoding.
     */
    static void bindDrivers(LiveTree tree) {
        for (LiveFunction function : tree.takeFresh()) {
            function.fresh = false;
            function.driver = function.origin.driver();
            function.enableCount = function.origin.enableCount();
            if (function.driver.isPresent() && function.command.isPresent()) {
                function.command = OptionalInt.of(function.command.getAsInt() | decodeBits(function));
            }
        }
    }

    static int decodeBits(LiveFunction function) {
        int bits = 0;
        for (int i = 0; i < Resource.ROM; i++) {
            LiveResource row = function.rows[i];
            if (row != null && row.assigned()) {
                bits |= row.isIo() ? PciFunction.COMMAND_IO : PciFunction.COMMAND_MEMORY;
            }
        }
        return bits;
    }
}
