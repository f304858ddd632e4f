package io.barkeeper.kernel.trust;

import io.barkeeper.pci.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the time between two looks, beside the looks themselves.
 *
 * @param notices functions that the kernel added and removed, in the order of its uevents
 * @param complete false when uevents were lost
 * @param announced ports whose {@code pciehp} said that a card is there and whose card was not accounted for yet; empty
 *     when the kernel log could not be read without a gap
 * @param assignedBefore the kernel log shows that resources were assigned before any card said that it is there
 */
public record Between(
        List<Notice> notices, boolean complete, Optional<Set<PciAddress>> announced, boolean assignedBefore) {

    public Between {
        notices = List.copyOf(notices);
        announced = announced.map(Set::copyOf);
    }

    /** One uevent {@code add} or {@code remove} of a function. */
    public record Notice(boolean arrived, PciAddress function) {}
}
