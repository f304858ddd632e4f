package io.barkeeper.plan;

import io.barkeeper.diagnosis.EmptySlots;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What could still be given room in each empty hot-plug port by moving others. A device is plugged in on the kernel model,
 * larger than what fits as the machine is, and a plan is asked for, as it would be if the device really came.
 */
public final class Arrivals {

    /** Beyond so many empty ports the largest BAR helps nobody. */
    private static final int MOST_PORTS = 64;

    /** Functions in sum over the ports that are looked at: asking the model takes longer on a large machine. */
    private static final int LOOKED_AT = 20_000;

    /** Functions in sum over the ports for which plans are made: a plan may take a second on a machine of thousands. */
    private static final int PLANNED = 400;

    private final PlanRequest request;

    private Arrivals(PlanRequest request) {
        this.request = request;
    }

    /**
     * An empty port.
     *
     * @param atOnce bytes of the largest prefetchable 64-bit BAR that fits as the machine is, a power of two from 1 MiB on;
     *     empty when not even that does
     * @param moved the largest that a plan could give room, when that is more; empty also where no plan was asked for
     */
    public record Slot(PciAddress port, OptionalLong atOnce, Optional<Moved> moved) {}

    /**
     * Room that costs others a move.
     *
     * @param bytes of the BAR, a power of two
     * @param devices functions, bridges not counted, that are taken out for it and come back
     */
    public record Moved(long bytes, int devices) {}

    /**
     * The first of the empty ports, in the kernel's order: as many as the size of the machine allows.
     *
     * @param request whose machine and rules count; what it wishes for does not
     */
    public static List<Slot> of(PlanRequest request) {
        return of(request, Math.min(MOST_PORTS, LOOKED_AT / functions(request) + 1));
    }

    private static int functions(PlanRequest request) {
        return Math.max(1, request.topology().functions().size());
    }

    static List<Slot> of(PlanRequest request, int most) {
        Arrivals arrivals = new Arrivals(request);
        int planned = Math.min(most, PLANNED / functions(request));
        List<Slot> slots = new ArrayList<>();
        for (EmptySlots.Slot slot : EmptySlots.headroom(request.topology(), request.history(), request.model(), most)) {
            Optional<Moved> moved = slots.size() < planned && arrivals.allWork(slot.port())
                    ? arrivals.byMoving(slot)
                    : Optional.empty();
            slots.add(new Slot(slot.port(), slot.largest(), moved));
        }
        return slots;
    }

    /** Whoever worked in this boot works now: a repair comes before any newcomer, and would be part of each plan. */
    private boolean allWork(PciAddress port) {
        return Goal.of(request.topology(), request.history(), Set.of(port))
                .targets()
                .isEmpty();
    }

    /** By halving; a larger BAR that has a plan although a smaller one has none is not found. */
    private Optional<Moved> byMoving(EmptySlots.Slot slot) {
        int has = slot.largest().isPresent()
                ? Long.numberOfTrailingZeros(slot.largest().getAsLong())
                : EmptySlots.LEAST_ORDER - 1;
        int tooLarge = EmptySlots.MOST_ORDER + 1;
        Optional<Moved> most = Optional.empty();
        while (tooLarge - has > 1) {
            int order = (has + tooLarge) >>> 1;
            Optional<Moved> moved = planned(slot.port(), 1L << order);
            if (moved.isPresent()) {
                has = order;
                most = moved;
            } else {
                tooLarge = order;
            }
        }
        return most;
    }

    private Optional<Moved> planned(PciAddress port, long bytes) {
        Prediction added = request.model()
                .quiet()
                .apply(request.topology(), new Action.Hotplug(port, EmptySlots.device(bytes), false));
        Set<PciAddress> newcomers = added.after().childrenOf(port).stream()
                .map(PciFunction::address)
                .collect(Collectors.toSet());
        if (!added.isCertain() || newcomers.isEmpty()) {
            return Optional.empty();
        }
        if (!(Planner.plan(arrived(added.after(), newcomers)) instanceof PlanResult.Feasible feasible)
                || !feasible.plan().leftOut().isEmpty()) {
            return Optional.empty();
        }
        long devices = feasible.plan().disturbs().stream()
                .filter(d -> !request.topology().get(d.address()).isBridge())
                .count();
        return Optional.of(new Moved(bytes, (int) devices));
    }

    /** The question that would be asked then; nobody uses who has just come. */
    private PlanRequest arrived(Topology then, Set<PciAddress> newcomers) {
        Map<PciAddress, Movability> movability = new HashMap<>(request.movability());
        newcomers.forEach(a -> movability.put(a, new Movability.Free("it has just come")));
        return new PlanRequest(then, request.history().seen(request.topology(), false), movability, request.model())
                .wishing(newcomers)
                .withConfigWritable(request.configWritable())
                .preferring(request.preferences());
    }
}
