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
import java.util.ArrayList;
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
 * is not to be had, one port after the other and one window after the other is added to what can be had.
 */
final class PortRepair {

    private static final int MOST_PORTS = 16;

    /** The smallest windows (PCI-to-PCI Bridge Architecture 1.2, 3.2.5). */
    private static final long IO_GRANULE = 1 << 12;

    private static final long MEMORY_GRANULE = 1 << 20;

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

    /** By port, the windows that it has not, or that are closed in hardware, where there could be room for them. */
    private List<Set<ResourceId>> lacking() {
        Works works = new Works(goal.start(), goal.history());
        List<Set<ResourceId>> ports = new ArrayList<>();
        for (PciFunction port : EmptySlots.of(goal.start())) {
            Set<ResourceId> windows = new LinkedHashSet<>();
            for (Resource window : port.resources()) {
                boolean closed = window.isWindow() && has(port, window) && !works.isOpen(port, window.index());
                if (closed && mayFit(port, window.kind().isIo())) {
                    windows.add(new ResourceId(port.address(), window.index()));
                }
            }
            if (!windows.isEmpty() && ports.size() < MOST_PORTS) {
                ports.add(windows);
            }
        }
        return ports;
    }

    private boolean mayFit(PciFunction port, boolean io) {
        return room.mayEverHold(
                port,
                io,
                io ? IO_GRANULE : MEMORY_GRANULE,
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

    private Optional<Plan> most(List<Set<ResourceId>> ports) {
        Set<ResourceId> all = new LinkedHashSet<>();
        ports.forEach(all::addAll);
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
