package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;

/**
 * Writes the windows of a bridge into its registers ({@code pci_setup_bridge()}); without an address they close. The registers
 * hold whole granules of 4 KiB of I/O and 1 MiB of memory (PCI-to-PCI Bridge 1.2, 3.2.5): a window that does not fill its last one
 * decodes more than the kernel believes.
 */
final class BridgeRegisters {

    private static final long IO_GRANULE = 4096;
    private static final long MEM_GRANULE = 1 << 20;

    private BridgeRegisters() {}

    static void program(LiveTree tree, LiveFunction bridge) {
        if (tree.trace.isOn()) {
            tree.trace.say(bridge, "PCI bridge to " + bridge.secondary);
        }
        for (int i = Resource.WINDOW_IO; i <= Resource.WINDOW_PREF; i++) {
            program(bridge.row(i));
        }
    }

    static void program(LiveResource window) {
        long needed = switch (window.index) {
            case Resource.WINDOW_IO -> ResourceFlags.IO;
            case Resource.WINDOW_MEM -> ResourceFlags.MEM;
            default -> ResourceFlags.PREFETCH;
        };
        window.registers = window.assigned() && window.has(needed) ? Decoded.at(granules(window)) : Decoded.closed();
    }

    private static AddressRange granules(LiveResource window) {
        long within = (window.index == Resource.WINDOW_IO ? IO_GRANULE : MEM_GRANULE) - 1;
        return new AddressRange(window.start & ~within, window.end | within);
    }
}
