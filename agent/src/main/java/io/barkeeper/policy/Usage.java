package io.barkeeper.policy;

import io.barkeeper.pci.PciAddress;
import java.util.List;
import java.util.Map;

/**
 * Who holds which function, as far as the kernel tells. A function that is missing here was not asked about and counts
 * as held.
 */
public record Usage(Map<PciAddress, List<Holder>> holders) {

    public static final Usage NOTHING_ASKED = new Usage(Map.of());

    public Usage {
        holders = Map.copyOf(holders);
    }

    public boolean wasAsked(PciAddress address) {
        return holders.containsKey(address);
    }

    public List<Holder> of(PciAddress address) {
        return holders.getOrDefault(address, List.of());
    }
}
