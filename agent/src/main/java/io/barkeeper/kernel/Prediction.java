package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.Set;

/**
 * What the model expects of an action.
 *
 * @param after the machine afterwards: sysfs and registers apart
 * @param doubts what the model cannot know; no proof may rest on a prediction that has any
 * @param trace why each resource went where it went, in the words of the kernel log; empty unless
 *     {@link KernelModel#traced()} was asked
 * @param homeless functions for which the first try of a bridge's resize found no place, an optional one included: for the
 *     second try the kernel releases windows on the bus that each of them sits on, and of all bridges beside it
 */
public record Prediction(Topology after, List<Doubt> doubts, List<TraceLine> trace, Set<PciAddress> homeless) {

    public Prediction {
        doubts = List.copyOf(doubts);
        trace = List.copyOf(trace);
        homeless = Set.copyOf(homeless);
    }

    /** One in which no bridge was resized, or all had room at once. */
    public Prediction(Topology after, List<Doubt> doubts, List<TraceLine> trace) {
        this(after, doubts, trace, Set.of());
    }

    public boolean isCertain() {
        return doubts.isEmpty();
    }

    /** The doubts that remain when the operator takes these risks. */
    public List<Doubt> doubtsBeyond(Set<Risk> accepted) {
        return doubts.stream()
                .filter(d -> d.risk().filter(accepted::contains).isEmpty())
                .toList();
    }
}
