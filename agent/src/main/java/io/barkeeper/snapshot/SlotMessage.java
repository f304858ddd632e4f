package io.barkeeper.snapshot;

import io.barkeeper.pci.PciAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of the kernel log that tells who was at work: a slot's {@code pciehp} when a card comes or goes
 * ({@code pciehp_handle_presence_or_link_change()}, {@code pciehp_check_link_status()}), or whoever assigned a resource
 * ({@code pci_assign_resource()}).
 *
 * @param address the port of the slot, or the function whose resource it is
 */
public record SlotMessage(PciAddress address, What what) {

    /** What a line says. */
    public enum What {
        /** A card is in the slot, or its link has come up. */
        CARD,
        /** The card is gone, or does not answer. */
        NO_CARD,
        /** A resource found its place. */
        ASSIGNED
    }

    private static final String ADDRESS = ".*?([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]): ";

    /** {@code pcieport 0000:02:03.0: pciehp: Slot(5): Card present}, with or without a time before it. */
    private static final Pattern SLOT = Pattern.compile(ADDRESS
            + "pciehp: Slot\\([^)]*\\):? "
            + "(Card present|Link Up|Card not present|Link Down|No device found|Cannot train link)\\b.*");

    /** {@code pci 0000:06:00.0: BAR 2: assigned [mem 0x…]}, and since 6.8 {@code BAR 2 [mem 0x…]: assigned}. */
    private static final Pattern ASSIGNED =
            Pattern.compile(ADDRESS + "(?:VF )?(?:BAR|ROM|bridge window)\\b.*: assigned(?: \\[.*)?");

    /** What a line tells; empty when it is about something else. */
    public static Optional<SlotMessage> parse(String line) {
        Matcher slot = SLOT.matcher(line);
        if (slot.matches()) {
            boolean card = slot.group(2).equals("Card present") || slot.group(2).equals("Link Up");
            return PciAddress.tryParse(slot.group(1)).map(a -> new SlotMessage(a, card ? What.CARD : What.NO_CARD));
        }
        Matcher assigned = ASSIGNED.matcher(line);
        return assigned.matches()
                ? PciAddress.tryParse(assigned.group(1)).map(a -> new SlotMessage(a, What.ASSIGNED))
                : Optional.empty();
    }
}
