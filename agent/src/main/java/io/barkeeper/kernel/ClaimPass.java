package io.barkeeper.kernel;

import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import org.jspecify.annotations.Nullable;

/**
 * {@code pcibios_resource_survey_bus()} of x86, which acpiphp runs over each bridge of a slot before sizing: windows and
 * then the BARs below them are claimed where their registers say, if that is free. It is the one way in which a removed
 * bridge gets its old addresses back at run time, and the one in which a window loses its flags, and with them its hidden
 * size, since 6.18.
 */
final class ClaimPass {

    private final LiveTree tree;

    ClaimPass(LiveTree tree) {
        this.tree = tree;
    }

    void claim(LiveBus bus) {
        claimBridges(bus);
        claimBars(bus, true);
        claimBars(bus, false);
        claimRoms(bus);
    }

    private void claimBridges(LiveBus bus) {
        LiveFunction bridge = bus.bridge;
        if (bridge != null) {
            for (int i = Resource.WINDOW_IO; i <= Resource.WINDOW_PREF; i++) {
                LiveResource window = bridge.row(i);
                if (window.flags != 0 && !window.assigned() && (window.start == 0 || !claimWindow(bridge, window))) {
                    window.wipe();
                }
            }
        }
        for (LiveFunction function : bus.functions) {
            if (function.secondary != null) {
                claimBridges(function.secondary);
            }
        }
    }

    /** A window that reaches over its parent's end is clipped and its registers written. */
    private boolean claimWindow(LiveFunction bridge, LiveResource window) {
        if (claim(bridge.bus, window)) {
            return true;
        }
        boolean clipped = bridge.isPciBridge() && clip(bridge.bus, window);
        if (clipped) {
            window.flags &= ~ResourceFlags.UNSET;
        }
        boolean claimed = clipped && claim(bridge.bus, window);
        if (bridge.isPciBridge()) {
            BridgeRegisters.program(window);
        }
        return claimed;
    }

    private static boolean clip(LiveBus bus, LiveResource window) {
        for (LiveResource above : bus.windows) {
            if (((window.flags ^ above.flags) & (ResourceFlags.IO | ResourceFlags.MEM)) != 0) {
                continue;
            }
            long start = io.barkeeper.pci.AddressRange.max(window.start, above.start);
            long end = io.barkeeper.pci.AddressRange.min(window.end, above.end);
            if (io.barkeeper.pci.AddressRange.below(end, start)) {
                continue;
            }
            if (start == window.start && end == window.end) {
                return false;
            }
            window.start = start;
            window.end = end;
            return true;
        }
        return false;
    }

    private boolean claim(LiveBus bus, LiveResource r) {
        if (r.has(ResourceFlags.UNSET)) {
            return false;
        }
        LiveResource above = parentFor(bus, r);
        if (above == null) {
            tree.trace.say(r, "can't claim; no compatible bridge window");
        } else if (above.insert(r)) {
            return true;
        } else {
            tree.trace.say(r, "can't claim; address conflict");
        }
        r.flags |= ResourceFlags.UNSET;
        return false;
    }

    /** {@code pci_find_parent_resource()}. */
    private static @Nullable LiveResource parentFor(LiveBus bus, LiveResource r) {
        for (LiveResource above : bus.windows) {
            boolean sameType = ((above.flags ^ r.flags) & (ResourceFlags.IO | ResourceFlags.MEM)) == 0;
            if (sameType && !above.has(ResourceFlags.UNSET) && above.contains(r.start, r.end)) {
                boolean wrong = above.has(ResourceFlags.PREFETCH) && !r.has(ResourceFlags.PREFETCH);
                return wrong ? null : above;
            }
        }
        return null;
    }

    private void claimBars(LiveBus bus, boolean decoding) {
        for (LiveFunction function : bus.functions) {
            for (LiveResource r : function.rows) {
                if (r != null && !r.isWindow() && r.index != Resource.ROM && isDecoded(function, r) == decoding) {
                    claimOrReset(function.bus, r);
                }
            }
            if (function.secondary != null) {
                claimBars(function.secondary, decoding);
            }
        }
    }

    private static boolean isDecoded(LiveFunction function, LiveResource r) {
        int bit = r.isIo() ? PciFunction.COMMAND_IO : PciFunction.COMMAND_MEMORY;
        return (function.command.orElse(0) & bit) != 0;
    }

    private void claimOrReset(LiveBus bus, LiveResource r) {
        if (r.assigned() || r.start == 0 || r.flags == 0) {
            return;
        }
        if (!claim(bus, r) && !r.has(ResourceFlags.PCI_FIXED)) {
            r.setRange(0, r.size());
        }
    }

    private void claimRoms(LiveBus bus) {
        for (LiveFunction function : bus.functions) {
            LiveResource rom = function.rows[Resource.ROM];
            if (rom != null) {
                claimOrReset(bus, rom);
            }
            if (function.secondary != null) {
                claimRoms(function.secondary);
            }
        }
    }
}
