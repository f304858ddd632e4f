package io.barkeeper.daemon;

import io.barkeeper.hotplug.Uevent;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which functions are in error recovery, from the uevents of {@code pci_uevent_ers}: {@code BEGIN_RECOVERY} without a
 * {@code SUCCESSFUL_RECOVERY} or {@code FAILED_RECOVERY} after it. A function that left is in none. For any thread.
 */
final class ErrorRecoveries {

    private static final String KEY = "ERROR_EVENT";

    private final Set<PciAddress> recovering = new TreeSet<>();

    synchronized void heard(Uevent uevent) {
        Optional<PciAddress> function = uevent.function();
        if (function.isEmpty()) {
            return;
        }
        String event = uevent.properties().getOrDefault(KEY, "");
        if (event.equals("BEGIN_RECOVERY")) {
            recovering.add(function.get());
        } else if (!event.isEmpty() || uevent.action().equals("remove")) {
            recovering.remove(function.get());
        }
    }

    /** Why a plan has to wait: a function in recovery that it takes out, or that is above or below one of those. */
    synchronized Optional<String> objection(Plan plan) {
        Topology start = plan.start();
        Set<PciAddress> scope = new HashSet<>(plan.newcomers());
        plan.rounds().forEach(r -> scope.addAll(r.released()));
        scope.removeIf(a -> start.find(a).isEmpty());
        for (PciAddress address : recovering) {
            boolean near = start.find(address).isPresent()
                    && scope.stream().anyMatch(s -> start.isAtOrBelow(s, address) || start.isAtOrBelow(address, s));
            if (near) {
                return Optional.of(address + " is in error recovery");
            }
        }
        return Optional.empty();
    }
}
