package io.barkeeper.policy;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Reservation;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Functions that hardware or firmware nails down, whoever uses them: the boot VGA device and whatever a firmware frame
 * buffer lies in (it keeps writing to the old address after a rescan), ranges that the kernel flags as fixed (Enhanced
 * Allocation, legacy IDE, VGA shadow ROM), the chipset's own functions, management controllers, and devices without a
 * class, which the kernel never assigns.
 */
final class Nailed {

    private static final List<String> FRAME_BUFFERS = List.of(
            "efifb",
            "bootfb",
            "simplefb",
            "simple-framebuffer",
            "simpledrm",
            "vesafb",
            "vesadrm",
            "efidrm",
            "offb",
            "hyperv_fb",
            "framebuffer");

    private static final int CLASS_HOST_BRIDGE = 0x0600;
    private static final int CLASS_ISA_BRIDGE = 0x0601;
    private static final int CLASS_INTERRUPT_CONTROLLER = 0x0800;
    private static final int CLASS_IPMI = 0x0c07;

    private Nailed() {}

    /** Why this function can never be taken out, one sentence; empty when nothing nails it down. */
    static Optional<String> why(Topology topology, PciFunction function) {
        if (function.traits().bootVga()) {
            return Optional.of("it is the boot VGA device: the console writes to its addresses");
        }
        for (Resource resource : function.resources()) {
            Optional<String> claim = resource.range()
                    .filter(r -> !resource.isWindow() && !resource.kind().isIo())
                    .flatMap(r -> frameBufferIn(topology, r));
            if (claim.isPresent()) {
                return Optional.of("the firmware frame buffer " + claim.get() + " lies in its " + resource.name());
            }
            if (resource.isFixed()) {
                return Optional.of("its " + resource.name() + " is at a fixed address");
            }
        }
        return byClass(function);
    }

    private static Optional<String> byClass(PciFunction function) {
        if (function.isBridge()) {
            return Optional.empty();
        }
        return switch (function.classAndSubclass()) {
            case CLASS_HOST_BRIDGE -> Optional.of("it is a host bridge");
            case CLASS_ISA_BRIDGE -> Optional.of("it is the chipset's ISA bridge");
            case CLASS_INTERRUPT_CONTROLLER -> Optional.of("it is an interrupt controller");
            case CLASS_IPMI -> Optional.of("it is a management controller (IPMI)");
            case 0 -> Optional.of("it has no class, so the kernel would not assign its resources again");
            default -> Optional.empty();
        };
    }

    private static Optional<String> frameBufferIn(Topology topology, AddressRange range) {
        for (Reservation reservation : topology.reserved()) {
            String owner = reservation.owner().toLowerCase(Locale.ROOT);
            if (!reservation.io()
                    && reservation.range().overlaps(range)
                    && FRAME_BUFFERS.stream().anyMatch(owner::contains)) {
                return Optional.of(reservation.owner() + " at " + reservation.range());
            }
        }
        return Optional.empty();
    }
}
