package io.barkeeper.machine.simulated;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What belongs to the devices and drivers of a simulated machine and not to resource assignment: which driver matches,
 * which disks and interfaces a driver brings, which ports have the hot-plug service, and what faults have made of it.
 */
final class Personality {

    private final Map<PciAddress, String> drivers = new HashMap<>();
    private final Map<PciAddress, String> matching = new HashMap<>();
    private final Map<PciAddress, List<Attachment>> attachments = new HashMap<>();
    private final Set<PciAddress> services = new HashSet<>();
    private final Set<PciAddress> unbound = new HashSet<>();
    private final Set<PciAddress> driverless = new HashSet<>();
    private final Set<PciAddress> empty = new HashSet<>();
    private final Map<PciAddress, Map<Integer, Long>> sizes = new HashMap<>();
    private final Set<PciAddress> present = new HashSet<>();
    private final Set<PciAddress> emptied = new HashSet<>();
    private final Topology born;
    /** BARs without which a driver was bound at the start, and is bound again. */
    private final Set<ResourceId> dispensable = new HashSet<>();

    Personality(Topology start) {
        born = start;
        for (PciFunction function : start.functions()) {
            function.driver().ifPresent(d -> {
                drivers.put(function.address(), d);
                function.resources().stream()
                        .filter(r -> r.isStandardBar() && !r.isAssigned())
                        .forEach(r -> dispensable.add(new ResourceId(function.address(), r.index())));
            });
            if (!function.attachments().isEmpty()) {
                attachments.put(function.address(), function.attachments());
            }
            if (function.bridge().map(Bridge::pciehp).orElse(false)) {
                services.add(function.address());
            }
            present.add(function.address());
        }
    }

    void learn(Fault.Kind fault) {
        if (fault instanceof Fault.NoDriver none) {
            driverless.add(none.address());
        } else if (fault instanceof Fault.EmptyDisks disks) {
            empty.add(disks.address());
        } else if (fault instanceof Fault.OtherBarSize size) {
            sizes.computeIfAbsent(size.address(), a -> new HashMap<>()).put(size.bar(), size.size());
        }
    }

    void matches(PciAddress address, String driver) {
        matching.put(address, driver);
    }

    /** The next driver that binds is the one that matches by itself. */
    void forgetOverride(PciAddress address) {
        if (matching.containsKey(address)) {
            drivers.put(address, matching.getOrDefault(address, ""));
        }
    }

    boolean refusesDriver(PciAddress address) {
        return driverless.contains(address);
    }

    Topology settle(Topology after) {
        return settle(after, new Action.RescanAll());
    }

    /** Drivers, disks and services after an action, as the kernel would have them. */
    Topology settle(Topology after, Action action) {
        if (action instanceof Action.Unbind unbind) {
            unbound.add(unbind.address());
        } else if (action instanceof Action.Bind bind) {
            unbound.remove(bind.address());
            drivers.put(bind.address(), bind.driver());
        }
        Set<PciAddress> now = new HashSet<>();
        after.functions().forEach(f -> now.add(f.address()));
        unbound.removeIf(a -> !now.contains(a));
        Set<PciAddress> found = new HashSet<>(now);
        found.removeAll(present);
        present.clear();
        present.addAll(now);
        return after.map(f -> settle(f, found.contains(f.address())));
    }

    private PciFunction settle(PciFunction function, boolean found) {
        PciAddress address = function.address();
        PciFunction settled = found ? withOtherSizes(function) : function;
        Optional<String> driver = Optional.ofNullable(drivers.get(address));
        boolean placed = settled.resources().stream()
                .allMatch(r -> !r.isStandardBar()
                        || r.isAssigned()
                        || dispensable.contains(new ResourceId(address, r.index())));
        boolean binds = driver.isPresent() && placed && !driverless.contains(address);
        if (found) {
            settled = settled.withDriver(binds ? driver : Optional.empty());
        } else if (unbound.contains(address)) {
            settled = settled.withDriver(Optional.empty());
        }
        if (found && services.contains(address)) {
            settled = withService(settled, binds);
        }
        List<Attachment> disks = attachments.getOrDefault(address, List.of());
        if (empty.contains(address) && found) {
            disks = disks.stream()
                    .map(a -> new Attachment(a.kind(), a.name(), a.identity().replaceAll(" .*", "") + " 0"))
                    .toList();
            attachments.put(address, disks);
        }
        if (!attachments.containsKey(address)) {
            return settled;
        }
        return settled.withAttachments(settled.driver().isPresent() ? disks : List.of());
    }

    private PciFunction withOtherSizes(PciFunction function) {
        Map<Integer, Long> other = sizes.getOrDefault(function.address(), Map.of());
        return function.withResources(function.resources().stream()
                .map(r -> other.containsKey(r.index()) ? resized(r, other.get(r.index())) : r)
                .toList());
    }

    private static Resource resized(Resource row, long size) {
        return Resource.unassigned(row.index(), row.kind(), row.flags(), OptionalLong.of(size), row.hardware());
    }

    static boolean hasService(PciFunction port) {
        return port.bridge().map(Bridge::pciehp).orElse(false);
    }

    /** The driver that was unbound is bound again by somebody else. */
    Topology bindAgain(Topology now, PciAddress address) {
        unbound.remove(address);
        return now.map(f -> f.address().equals(address) && f.driver().isEmpty() ? settle(f, true) : f);
    }

    /** A device that was pulled out: the kernel has removed it, and no rescan finds it again. */
    Topology vanish(Topology now, PciAddress address) {
        if (now.find(address).isEmpty()) {
            return now.with(
                    now.functions(),
                    now.detached().stream()
                            .filter(f -> !f.address().equals(address))
                            .toList());
        }
        Set<PciAddress> gone = new HashSet<>();
        now.subtree(address).forEach(f -> gone.add(f.address()));
        return now.with(
                now.functions().stream()
                        .filter(f -> !gone.contains(f.address()))
                        .toList(),
                now.detached());
    }

    /** A card that was pulled out of the slot of a port: all behind it, whether the kernel knows it now or not. */
    Topology pull(Topology now, PciAddress port) {
        emptied.add(port);
        Predicate<PciFunction> stays = f -> f.address().equals(port) || !isBelow(f.address(), port);
        return now.with(
                now.functions().stream().filter(stays).toList(),
                now.detached().stream().filter(stays).toList());
    }

    private boolean isBelow(PciAddress address, PciAddress port) {
        return born.find(address).isPresent() && born.isAtOrBelow(address, port);
    }

    boolean isPulled(PciAddress port) {
        return emptied.contains(port);
    }

    static PciFunction withService(PciFunction function, boolean bound) {
        return function.bridge()
                .map(b -> function.withBridge(new Bridge(
                        b.primary(),
                        b.secondary(),
                        b.subordinate(),
                        b.windows(),
                        b.hotplug(),
                        bound,
                        b.subtractive(),
                        b.slot())))
                .orElse(function);
    }

    /** The function that must exist for an action to be possible. */
    static Optional<PciAddress> subject(Action action) {
        if (action instanceof Action.Unbind a) {
            return Optional.of(a.address());
        }
        if (action instanceof Action.Bind a) {
            return Optional.of(a.address());
        }
        if (action instanceof Action.Remove a) {
            return Optional.of(a.address());
        }
        if (action instanceof Action.Decode a) {
            return Optional.of(a.address());
        }
        if (action instanceof Action.Rescan a) {
            return Optional.of(a.address());
        }
        return action instanceof Action.Window a ? Optional.of(a.address()) : Optional.empty();
    }
}
