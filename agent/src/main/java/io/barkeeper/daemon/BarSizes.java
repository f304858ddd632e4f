package io.barkeeper.daemon;

import io.barkeeper.journal.Journal;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import io.barkeeper.transaction.SizingProbe;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has BARs asked for sizes that nothing else tells, once for each device: one that did not answer is left alone until it
 * leaves. The machine keeps what was learnt and shows it from the next look on, until the end of the boot or of the daemon.
 */
final class BarSizes {

    private static final Logger LOG = LoggerFactory.getLogger(BarSizes.class);

    private final SizingProbe probe = new SizingProbe();
    private final Machine machine;
    private final Journal journal;
    private final Set<String> asked = new HashSet<>();

    BarSizes(Machine machine, Journal journal) {
        this.machine = machine;
        this.journal = journal;
    }

    /**
     * Asks what is still open in a machine that has settled and whose mode allows writes.
     *
     * @return whether the next look shows more
     */
    boolean learn(Topology topology) {
        Set<String> present = new HashSet<>();
        List<Effect.ProbeBarSize> open = SizingProbe.questions(topology).stream()
                .filter(q -> present.add(name(topology, q)))
                .filter(q -> !asked.contains(name(topology, q)))
                .toList();
        asked.retainAll(present);
        if (open.isEmpty() || !machine.configWritable()) {
            return false;
        }
        open.forEach(q -> asked.add(name(topology, q)));
        try {
            Map<ResourceId, Long> sizes = probe.ask(open, topology, machine, journal);
            sizes.forEach((id, size) ->
                    LOG.info("{} BAR {} was asked for its size: 0x{} bytes", id.address(), id.index(), hex(size)));
            if (sizes.size() < open.size()) {
                LOG.warn(
                        "BK-SIZE-UNKNOWN: {} of {} BARs did not tell their size; 'barkeeper history' shows why",
                        open.size() - sizes.size(),
                        open.size());
            }
            machine.recall(SizingProbe.answered(topology, sizes));
            return !sizes.isEmpty();
        } catch (IOException e) {
            LOG.error(
                    "BK-JOURNAL: BARs are not asked for their size: the journal cannot be written: {}", e.getMessage());
            return false;
        }
    }

    private static String hex(long size) {
        return Long.toHexString(size);
    }

    /** Another device in the same slot is another question. */
    private static String name(Topology topology, Effect.ProbeBarSize question) {
        PciFunction function = topology.get(question.address());
        return topology.path(question.address()) + " " + function.ids() + " "
                + function.ids().serial() + " " + question.bar();
    }
}
