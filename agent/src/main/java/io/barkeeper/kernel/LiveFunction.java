package io.barkeeper.kernel;

import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A function that the kernel knows, while the model works on it: the kernel's {@code struct pci_dev}. */
final class LiveFunction {

    private static final int CLASS_NONE = 0x0000;
    private static final int CLASS_HOST_BRIDGE = 0x0600;
    private static final int CLASS_PCI_BRIDGE = 0x0604;
    private static final int CLASS_PIC = 0x0800;
    private static final int DECODING = PciFunction.COMMAND_IO | PciFunction.COMMAND_MEMORY;

    /** What does not change while the model works. */
    final PciFunction origin;

    final PciAddress address;
    final LiveBus bus;
    /** Rows 0 to 15; null where the function has none. */
    final @Nullable LiveResource[] rows = new LiveResource[Resource.WINDOW_PREF + 1];

    /** The bus behind a bridge; none when no number was left for it. */
    @Nullable
    LiveBus secondary;

    boolean hotplug;
    boolean busNumbersCleared;
    int enableCount;
    int vfs;
    OptionalInt command;
    Optional<String> driver;
    /** Under which key the functions behind a bridge are detached until a scan finds them. */
    long detachedBelow;

    /** Found by this action, so its drivers bind at the end of it. */
    boolean fresh;

    LiveFunction(PciFunction origin, PciAddress address, LiveBus bus) {
        this.origin = origin;
        this.address = address;
        this.bus = bus;
        Bridge bridge = origin.bridge().orElse(null);
        this.hotplug = bridge != null && bridge.hotplug();
        this.busNumbersCleared = bridge != null && bridge.numbersCleared();
        this.enableCount = origin.enableCount();
        this.vfs = origin.sriov().map(s -> s.numVfs()).orElse(0);
        this.command = origin.command();
        this.driver = origin.driver();
        this.detachedBelow = LiveTree.keyOf(address.domain(), bridge == null ? 0 : bridge.secondary());
    }

    boolean isBridge() {
        return origin.isBridge();
    }

    /** Class 0604, as the release of windows asks for. */
    boolean isPciBridge() {
        return origin.classAndSubclass() == CLASS_PCI_BRIDGE;
    }

    boolean isSubtractive() {
        return origin.bridge().map(b -> b.subtractive()).orElse(false);
    }

    LiveResource row(int index) {
        LiveResource row = rows[index];
        if (row == null) {
            throw new IllegalStateException(address + " has no row " + index);
        }
        return row;
    }

    /** {@code pdev_resources_assignable()}: not a classless device, a host bridge or an IOAPIC that is in use. */
    boolean isAssignable() {
        int type = origin.classAndSubclass();
        if (type == CLASS_NONE || type == CLASS_HOST_BRIDGE) {
            return false;
        }
        return type != CLASS_PIC || (command.orElse(DECODING) & DECODING) == 0;
    }

    /** An unassigned, movable resource that may be placed. */
    static boolean mayBePlaced(LiveResource r, KernelGeneration generation) {
        if (r.assigned() || r.flags == 0 || r.has(ResourceFlags.PCI_FIXED)) {
            return false;
        }
        return !(generation.keepsFailedWindows() && r.isWindow() && r.has(ResourceFlags.DISABLED));
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
