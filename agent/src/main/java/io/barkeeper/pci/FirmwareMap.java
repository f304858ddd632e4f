package io.barkeeper.pci;

import java.util.List;
import java.util.OptionalLong;

/**
 * What the firmware's memory map forbids to the kernel's placement on x86.
 *
 * @param honoured whether the kernel clips host windows by these entries ("PCI: Using E820 reservations for host bridge
 *     windows"); {@link Honoured#UNKNOWN} when the kernel log no longer tells
 * @param entries the map in the order of the kernel log, of any type
 * @param gapStart where "[mem … available for PCI devices]" begins, in bytes; empty when unknown
 */
public record FirmwareMap(Honoured honoured, List<AddressRange> entries, OptionalLong gapStart) {

    /** Whether e820 entries are left out of host windows. */
    public enum Honoured {
        YES,
        NO,
        UNKNOWN
    }

    public static final FirmwareMap UNKNOWN = new FirmwareMap(Honoured.UNKNOWN, List.of(), OptionalLong.empty());

    public FirmwareMap {
        entries = List.copyOf(entries);
    }
}
