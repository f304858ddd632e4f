package io.barkeeper.transaction;

import io.barkeeper.journal.PriorFunction;
import io.barkeeper.kernel.Action;
import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The machine before the first write: what must work again when the transaction is over, whichever way it went.
 *
 * @param functions every function
 * @param newcomers functions that did not work before: nothing is owed to them
 * @param align present where the plan or its way back sets resource_alignment: the text of before
 * @param overrides the driver_override of each released function that had one
 */
public record Prior(
        List<PriorFunction> functions,
        Set<PciAddress> newcomers,
        Optional<String> align,
        Map<PciAddress, String> overrides) {

    private static final Pattern OVERRIDE = Pattern.compile("devices/([^/]+)/driver_override");

    public Prior {
        functions = List.copyOf(functions);
        newcomers = Set.copyOf(newcomers);
        overrides = Map.copyOf(overrides);
    }

    /** One in which no function had a driver_override. */
    public Prior(List<PriorFunction> functions, Set<PciAddress> newcomers, Optional<String> align) {
        this(functions, newcomers, align, Map.of());
    }

    /**
     * The same with the overrides among these settings.
     *
     * @param settings as {@code Machine.settings} gives them; an attribute that holds nothing reads {@code (null)}
     */
    Prior overriding(Map<String, String> settings) {
        Set<PciAddress> released = new HashSet<>();
        released().forEach(f -> released.add(f.address()));
        Map<PciAddress, String> held = new HashMap<>();
        settings.forEach((path, value) -> {
            Matcher matcher = OVERRIDE.matcher(path);
            if (matcher.matches() && !value.isEmpty() && !value.equals("(null)")) {
                PciAddress.tryParse(matcher.group(1)).filter(released::contains).ifPresent(a -> held.put(a, value));
            }
        });
        return new Prior(functions, newcomers, align, held);
    }

    static Prior of(Plan plan) {
        Topology start = plan.start();
        Set<PciAddress> released = new HashSet<>();
        plan.rounds().forEach(r -> released.addAll(r.released()));
        List<PriorFunction> functions = new ArrayList<>();
        for (PciFunction function : start.functions()) {
            boolean leaves = released.contains(function.address())
                    || function.physicalFunction().map(released::contains).orElse(false);
            functions.add(PriorFunction.of(start, function, leaves));
        }
        boolean aligns = Stream.concat(
                        plan.actions().stream(), plan.rounds().stream().flatMap(r -> r.fallback().steps().stream()))
                .anyMatch(Action.Align.class::isInstance);
        return new Prior(functions, unowed(plan), aligns ? Optional.of(start.resourceAlignment()) : Optional.empty());
    }

    private static Set<PciAddress> unowed(Plan plan) {
        Set<PciAddress> unowed = new HashSet<>(plan.newcomers());
        plan.leftOut().forEach(l -> unowed.add(l.address()));
        return unowed;
    }

    /** Those that the transaction takes out, bridges before what is below them. */
    List<PriorFunction> released() {
        return functions.stream().filter(PriorFunction::released).toList();
    }

    boolean owes(PriorFunction function) {
        return !newcomers.contains(function.address()) && !function.virtual();
    }

    /** The ports whose native hot-plug service was bound. */
    Set<PciAddress> watchedByPciehp() {
        return functions.stream()
                .filter(PriorFunction::pciehp)
                .map(PriorFunction::address)
                .collect(Collectors.toSet());
    }

    /** Whether accesses did not reach this row before the transaction either. */
    boolean wasBlocked(PciAddress address, int index) {
        return functions.stream().anyMatch(f -> f.address().equals(address) && f.wasBlocked(index));
    }

    /** The same, in which nothing is owed to these either. */
    Prior owingNothingTo(Set<PciAddress> others) {
        Set<PciAddress> all = new HashSet<>(newcomers);
        all.addAll(others);
        return new Prior(functions, all, align, overrides);
    }

    /** The same without functions that are not there any more, as who was pulled out. */
    Prior without(Set<PciAddress> gone) {
        return new Prior(
                functions.stream().filter(f -> !gone.contains(f.address())).toList(), newcomers, align, overrides);
    }

    /** The drivers that the released functions had. */
    Map<PciAddress, String> drivers() {
        Map<PciAddress, String> drivers = new HashMap<>();
        for (PriorFunction function : released()) {
            if (owes(function) && !function.driver().isEmpty()) {
                drivers.put(function.address(), function.driver());
            }
        }
        return drivers;
    }

    /** The disks and interfaces that hung on the released functions, by what does not change. */
    Map<PciAddress, List<String>> attachments() {
        Map<PciAddress, List<String>> identities = new HashMap<>();
        for (PriorFunction function : released()) {
            if (owes(function) && !function.attachments().isEmpty()) {
                identities.put(
                        function.address(),
                        function.attachments().stream()
                                .map(Attachment::identity)
                                .toList());
            }
        }
        return identities;
    }
}
