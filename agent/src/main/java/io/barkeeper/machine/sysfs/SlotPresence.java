package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.PciAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The ports in whose slot no card is: Presence Detect State of the Slot Status register (PCIe 6.0, 7.5.3.11), which means
 * something only where Slot Implemented is set (7.5.3.2). The register is asked and not the slot's {@code adapter}
 * attribute, since that goes with the {@code pciehp} service, which a transaction unbinds.
 */
final class SlotPresence {

    private static final int EXPRESS_FLAGS = 2;
    private static final int SLOT_IMPLEMENTED = 0x100;
    private static final int SLOT_STATUS = 0x1a;
    private static final int PRESENCE_DETECT_STATE = 0x40;
    private static final int NO_ANSWER = 0xffff;

    private SlotPresence() {}

    static Set<PciAddress> emptyOf(SysfsPaths paths, Collection<PciAddress> ports) {
        Set<PciAddress> empty = new HashSet<>();
        for (PciAddress port : ports) {
            if (ExpressCapability.of(paths, port)
                    .filter(SlotPresence::isSlotEmpty)
                    .isPresent()) {
                empty.add(port);
            }
        }
        return empty;
    }

    private static boolean isSlotEmpty(ExpressCapability express) {
        int status = express.u16(SLOT_STATUS);
        return (express.u16(EXPRESS_FLAGS) & SLOT_IMPLEMENTED) != 0
                && status != NO_ANSWER
                && (status & PRESENCE_DETECT_STATE) == 0;
    }
}
