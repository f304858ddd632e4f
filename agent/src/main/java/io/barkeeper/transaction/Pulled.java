package io.barkeeper.transaction;

import io.barkeeper.journal.PriorFunction;
import io.barkeeper.machine.Machine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a device that is missing was pulled out: the nearest port above it that is there says that its slot is empty.
 * That is nobody's error, neither the transaction's nor the kernel model's, and nothing is owed to who has left.
 */
final class Pulled {

    private Pulled() {}

    /** Functions of before that are missing now and sat behind a slot that is empty; asks the machine only if one is. */
    static Set<PciAddress> of(Prior prior, Topology now, Machine machine) {
        List<PciAddress> missing = prior.functions().stream()
                .map(PriorFunction::address)
                .filter(a -> now.find(a).isEmpty())
                .toList();
        Set<PciAddress> ports = new HashSet<>();
        missing.forEach(a -> portAbove(a, now).ifPresent(ports::add));
        if (ports.isEmpty()) {
            return Set.of();
        }
        Set<PciAddress> empty = machine.emptySlots(ports, prior.watchedByPciehp());
        Set<PciAddress> pulled = new HashSet<>(missing);
        pulled.removeIf(a -> portAbove(a, now).filter(empty::contains).isEmpty());
        return pulled;
    }

    /** The innermost bridge that is there and forwards the bus of a function that is not. */
    private static Optional<PciAddress> portAbove(PciAddress missing, Topology now) {
        return now.functions().stream()
                .filter(f -> f.address().domain() == missing.domain())
                .filter(f -> f.bridge()
                        .map(b ->
                                b.secondary() > 0 && b.secondary() <= missing.bus() && missing.bus() <= b.subordinate())
                        .orElse(false))
                .max(Comparator.comparingInt(
                        f -> f.bridge().map(b -> b.secondary()).orElse(0)))
                .map(PciFunction::address);
    }

    /** The sentence for an operator, without a full stop. */
    static String sentence(Collection<PciAddress> pulled) {
        List<String> names = pulled.stream().sorted().map(PciAddress::toString).toList();
        return String.join(", ", names) + (names.size() == 1 ? " was" : " were")
                + " pulled out: the slot says that it is empty";
    }
}
