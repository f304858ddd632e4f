package io.barkeeper.daemon;

import io.barkeeper.control.View;
import io.barkeeper.diagnosis.EmptySlots;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The last look at the machine and what came of it. Immutable, so that any thread may answer from it.
 *
 * @param view what was seen
 * @param troubles what is wrong
 * @param at when it was seen
 * @param atMicros the same on the monotonic clock, microseconds
 */
record Situation(View view, List<Trouble> troubles, Instant at, long atMicros) {

    Situation {
        troubles = List.copyOf(troubles);
    }

    boolean hasHarm() {
        return troubles.stream().anyMatch(Trouble::isHarm);
    }

    /** Whether an empty hot-plug port lacks a window, or has one that is closed in hardware. */
    boolean hasIncompletePort() {
        Set<PciAddress> ports = EmptySlots.of(view.topology()).stream()
                .map(PciFunction::address)
                .collect(Collectors.toSet());
        return troubles.stream().anyMatch(t -> ports.contains(t.address()));
    }
}
