package io.barkeeper.plan;

import io.barkeeper.diagnosis.EmptySlots;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Policy;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives empty hot-plug ports the windows that they lack, or that are closed in hardware.
 *
 * <p>A hot-add that fails leaves its port without windows. The next device there makes the kernel look for a window on the bus
 * above, and where that has no room, it takes the windows of that kind from all ports beside it, under live drivers
 * ({@code pci_assign_unassigned_bridge_resources}). A port that owns a window of each kind cannot do that harm. So while nobody
 * is in trouble, empty ports are removed and found again, where the model says that the rescan gives them windows.
 *
 * <p>Since nobody is in trouble, no device is taken out for it, only bridges. First it is tried for all ports together; if that
 * is not to be had, one window after the other is added to what can be had.
 */
final class PortRepair {

    private static final int MOST_PORTS = 16;

    private final PlanRequest request;
    private final Goal goal;
    private final Effort effort;
    private final Room room;
    private final Map<PciAddress, Boolean> leaving = new HashMap<>();

    private PortRepair(PlanRequest request, Goal goal) {
        this.request = request;
        this.goal = goal;
        this.effort = Effort.ofPorts(goal.start());
        this.room = new Room(goal);
    }

    /** Empty where no empty port lacks a window, or none of them can have one without a device being taken out. */
    static Optional<Plan> plan(PlanRequest request, Goal goal) {
        PortRepair repair = new PortRepair(request.on(goal.start(), bridgesAlone(request, goal)), goal);
        return repair.most(repair.lacking());
    }

    private static Map<PciAddress, Movability> bridgesAlone(PlanRequest request, Goal goal) {
        Map<PciAddress, Movability> movability = new HashMap<>(request.movability());
        for (PciFunction function : goal.start().functions()) {
            if (!function.isBridge()) {
                movability.put(
                        function.address(),
                        new Movability.Busy(List.of(), "no device is taken out for a port that is empty"));
            }
        }
        return movability;
    }

    /** The windows that empty ports have not, or that are closed in hardware, where there could be room for them. */
    private Set<ResourceId> lacking() {
        Works works = new Works(goal.start(), goal.history());
        Set<ResourceId> windows = new LinkedHashSet<>();
        EmptySlots.of(goal.start()).stream()
                .map(port -> lacking(port, works))
                .filter(lacking -> !lacking.isEmpty())
                .limit(MOST_PORTS)
                .forEach(windows::addAll);
        return windows;
    }

    private List<ResourceId> lacking(PciFunction port, Works works) {
        return port.resources().stream()
                .filter(w -> w.isWindow() && has(port, w) && !works.isOpen(port, w.index()))
                .filter(w -> mayFit(port, w.kind().isIo()))
                .map(w -> new ResourceId(port.address(), w.index()))
                .toList();
    }

    private boolean mayFit(PciFunction port, boolean io) {
        return room.mayEverHold(
                port,
                io,
                io ? Packer.IO_GRANULE : Packer.MEMORY_GRANULE,
                a -> leaving.computeIfAbsent(
                        a,
                        b -> Policy.whoPins(goal.start(), request.movability(), b)
                                .isEmpty()));
    }

    private static boolean has(PciFunction port, Resource window) {
        Bridge.Windows windows = port.bridge().orElseThrow().windows();
        return switch (window.index()) {
            case Resource.WINDOW_IO -> windows.io();
            case Resource.WINDOW_PREF -> windows.pref();
            default -> true;
        };
    }

    private Optional<Plan> most(Set<ResourceId> all) {
        Optional<Plan> best = open(all);
        if (best.isPresent() || all.size() < 2) {
            return best;
        }
        Set<ResourceId> had = new LinkedHashSet<>();
        for (ResourceId window : all) {
            Set<ResourceId> more = new LinkedHashSet<>(had);
            more.add(window);
            Optional<Plan> plan = open(more);
            if (plan.isPresent()) {
                best = plan;
                had = more;
            }
        }
        return best;
    }

    private Optional<Plan> open(Set<ResourceId> windows) {
        return windows.isEmpty() || effort.isSpent()
                ? Optional.empty()
                : new Search(request, goal.opening(windows), effort).plan();
    }
}
