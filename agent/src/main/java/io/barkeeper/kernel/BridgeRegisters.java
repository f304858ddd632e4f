package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;

/** Writes the windows of a bridge into its registers ({@code pci_setup_bridge()}); without an address they close. */
final class BridgeRegisters {

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
        window.registers = window.assigned() && window.has(needed)
                ? Decoded.at(new AddressRange(window.start, window.end))
                : Decoded.closed();
    }
}
