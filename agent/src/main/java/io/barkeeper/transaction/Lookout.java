package io.barkeeper.transaction;

import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.TreeContradictions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a machine for one transaction, and finds where sysfs and the resource tree contradict each other since it began. The
 * two are not read in one moment, so a contradiction counts when a second look finds it too; one that was there before the
 * first step is none of this transaction's.
 */
final class Lookout {

    private final Machine machine;
    /** What did not agree at the first look. */
    private @Nullable Set<String> known;

    Lookout(Machine machine) {
        this.machine = machine;
    }

    /**
     * One look.
     *
     * @param now the machine
     * @param corrupt the new contradictions, a sentence each
     */
    record Look(Topology now, List<String> corrupt) {}

    Look look() throws MachineException {
        Topology now = machine.observe();
        List<TreeContradictions.Contradiction> found = machine.contradictions(now);
        if (known == null) {
            known = found.stream()
                    .map(TreeContradictions.Contradiction::subject)
                    .collect(Collectors.toSet());
        }
        Set<String> before = known;
        if (found.stream().allMatch(c -> before.contains(c.subject()))) {
            return new Look(now, List.of());
        }
        Topology again = machine.observe();
        List<String> corrupt = machine.contradictions(again).stream()
                .filter(c -> !before.contains(c.subject()))
                .map(TreeContradictions.Contradiction::why)
                .toList();
        return new Look(again, corrupt);
    }
}
