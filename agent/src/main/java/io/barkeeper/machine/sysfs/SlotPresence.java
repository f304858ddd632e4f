package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.Hex;
import io.barkeeper.pci.PciAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a card is in a port's slot: Presence Detect State of the Slot Status register (PCIe 6.0, 7.5.3.11), which means
 * something only where Slot Implemented is set (7.5.3.2), or an active link (7.5.3.8), which the kernel takes for a card too
 * ({@code pciehp_card_present_or_link_active()}); and whether it has power: Power Controller Control (7.5.3.10) where
 * there is a Power Controller (7.5.3.9). The registers are asked and not the slot's {@code adapter} and {@code power}
 * attributes, since these go with the {@code pciehp} service, which a transaction unbinds.
 *
 * <p>Only of a port that {@code pciehp} looks after. Where ACPI handles hot-plug nobody has to keep Presence Detect true: under
 * QEMU's each such slot says that it is empty, whatever is in it (seen on 7.2). There {@code adapter} is right, and it stays.
 */
final class SlotPresence {

    private static final int SECONDARY_BUS = 0x19;
    private static final int EXPRESS_FLAGS = 2;
    private static final int SLOT_IMPLEMENTED = 0x100;
    private static final int LINK_STATUS = 0x12;
    private static final int LINK_ACTIVE = 0x2000;
    private static final int SLOT_CAPABILITIES = 0x14;
    private static final int POWER_CONTROLLER_PRESENT = 0x2;
    private static final int SLOT_CONTROL = 0x18;
    private static final int POWER_CONTROLLER_OFF = 0x400;
    private static final int SLOT_STATUS = 0x1a;
    private static final int PRESENCE_DETECT_STATE = 0x40;
    private static final int NO_ANSWER = 0xffff;

    private SlotPresence() {}

    static Set<PciAddress> emptyOf(SysfsPaths paths, Collection<PciAddress> ports, Set<PciAddress> watched) {
        Set<PciAddress> empty = new HashSet<>();
        for (PciAddress port : ports) {
            if (watched.contains(port) ? registersSayEmpty(paths, port) : adaptersSayEmpty(paths, port)) {
                empty.add(port);
            }
        }
        return empty;
    }

    private static boolean registersSayEmpty(SysfsPaths paths, PciAddress port) {
        return ExpressCapability.of(paths, port)
                .filter(SlotPresence::isSlotEmpty)
                .isPresent();
    }

    /** Whether the bus behind a port has slots with a hot-plug driver, and all of them are empty. */
    private static boolean adaptersSayEmpty(SysfsPaths paths, PciAddress port) {
        Optional<ConfigSpace> config = AwakeConfig.of(paths, port);
        if (config.isEmpty()) {
            return false; // behind a port that sleeps every slot looks empty
        }
        String bus =
                Hex.digits(port.domain(), 4) + ':' + Hex.digits(config.get().u8(SECONDARY_BUS), 2) + ':';
        List<String> adapters = SysfsPaths.entries(paths.bus().resolve("slots")).stream()
                .filter(slot ->
                        SysfsPaths.text(slot.resolve("address")).orElse("").startsWith(bus))
                .flatMap(slot -> SysfsPaths.text(slot.resolve("adapter")).stream())
                .toList();
        return !adapters.isEmpty() && adapters.stream().allMatch("0"::equals);
    }

    /** Whether a card is in the slot of this port and has no power, as after {@code echo 0 > slots/N/power}. */
    static boolean holdsCardWithoutPower(SysfsPaths paths, PciAddress port) {
        return ExpressCapability.of(paths, port)
                .filter(e -> (e.u16(EXPRESS_FLAGS) & SLOT_IMPLEMENTED) != 0
                        && e.u16(SLOT_STATUS) != NO_ANSWER
                        && (e.u16(SLOT_STATUS) & PRESENCE_DETECT_STATE) != 0
                        && (e.u16(SLOT_CAPABILITIES) & POWER_CONTROLLER_PRESENT) != 0
                        && (e.u16(SLOT_CONTROL) & POWER_CONTROLLER_OFF) != 0)
                .isPresent();
    }

    private static boolean isSlotEmpty(ExpressCapability express) {
        int status = express.u16(SLOT_STATUS);
        return (express.u16(EXPRESS_FLAGS) & SLOT_IMPLEMENTED) != 0
                && status != NO_ANSWER
                && (status & PRESENCE_DETECT_STATE) == 0
                && (express.u16(LINK_STATUS) & LINK_ACTIVE) == 0;
    }
}
