package io.barkeeper.pci;

import java.util.Optional;

/**
 * What makes a function a PCI-to-PCI bridge (header type 1).
 *
 * @param primary bus number above, 0 to 255, as the kernel has it
 * @param secondary bus number below
 * @param subordinate highest bus number below
 * @param windows which windows it implements
 * @param hotplug Hot-Plug Capable of the Slot Capabilities, or marked so by ACPI: the kernel reserves space for it
 * @param pciehp the native hot-plug service is bound to it
 * @param subtractive forwards what nobody claims (programming interface 01)
 * @param slot name in {@code /sys/bus/pci/slots}, when one belongs to the bus below
 * @param numbersCleared the bus-number registers were zeroed by hand, which the kernel notices when it finds the bridge
 *     again; {@code primary}, {@code secondary} and {@code subordinate} are what it believes until then
 */
public record Bridge(
        int primary,
        int secondary,
        int subordinate,
        Windows windows,
        boolean hotplug,
        boolean pciehp,
        boolean subtractive,
        Optional<String> slot,
        boolean numbersCleared) {

    /** A bridge whose bus-number registers hold what the kernel believes. */
    public Bridge(
            int primary,
            int secondary,
            int subordinate,
            Windows windows,
            boolean hotplug,
            boolean pciehp,
            boolean subtractive,
            Optional<String> slot) {
        this(primary, secondary, subordinate, windows, hotplug, pciehp, subtractive, slot, false);
    }

    /**
     * Which windows a bridge implements.
     *
     * @param io the I/O base register is not hard-wired to 0
     * @param io1k supports 1 KiB granularity (some Intel bridges)
     * @param pref the prefetchable base register is not hard-wired to 0
     * @param pref64 the prefetchable window reaches above 4 GiB
     */
    public record Windows(boolean io, boolean io1k, boolean pref, boolean pref64) {}
}
