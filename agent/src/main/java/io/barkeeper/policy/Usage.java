package io.barkeeper.policy;

import io.barkeeper.pci.PciAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who holds which function, as far as the kernel tells. A function that is missing here was not asked about and counts
 * as held.
 */
public record Usage(Map<PciAddress, List<Holder>> holders) {

    public static final Usage NOTHING_ASKED = new Usage(Map.of());

    /** What a reader must be told along with {@link #idle}. */
    public static final String IDLE_NOTE =
            "nobody can be asked who uses a device here: drivers that can be unbound count as idle";

    public Usage {
        holders = Map.copyOf(holders);
    }

    /** Of a captured tree or a snapshot nobody can be asked: these functions count as held by nobody. */
    public static Usage idle(Collection<PciAddress> functions) {
        return new Usage(functions.stream().collect(Collectors.toMap(f -> f, f -> List.of(), (a, b) -> a)));
    }

    public boolean wasAsked(PciAddress address) {
        return holders.containsKey(address);
    }

    public List<Holder> of(PciAddress address) {
        return holders.getOrDefault(address, List.of());
    }
}
