package io.barkeeper.diagnosis;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.DeviceSpec;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What would fit into the empty hot-plug ports as the machine is: devices are plugged in on the kernel model, and one
 * fits when it works and nobody who worked is hurt.
 */
public final class EmptySlots {

    /** The smallest BAR that is asked about, 1 MiB, as a power of two. */
    public static final int LEAST_ORDER = 20;

    /** The largest, 4 TiB. */
    public static final int MOST_ORDER = 42;

    private static final long PAGE = 4096;

    private final Topology topology;
    private final History history;
    private final KernelModel model;
    private final Works now;

    private EmptySlots(Topology topology, History history, KernelModel model) {
        this.topology = topology;
        this.history = history.seen(topology, false);
        this.model = model.quiet();
        this.now = new Works(topology, this.history);
    }

    /**
     * An empty port.
     *
     * @param largest bytes of the largest prefetchable 64-bit BAR that fits, a power of two from 1 MiB on; empty when
     *     not even that does
     */
    public record Slot(PciAddress port, OptionalLong largest) {}

    /** The empty hot-plug ports in the kernel's order. */
    public static List<PciFunction> of(Topology topology) {
        return topology.functions().stream().filter(f -> isEmpty(topology, f)).toList();
    }

    /** What fits into the first {@code most} of them. */
    public static List<Slot> headroom(Topology topology, History history, KernelModel model, int most) {
        EmptySlots slots = new EmptySlots(topology, history, model);
        List<Slot> all = new ArrayList<>();
        of(topology).stream().limit(most).forEach(p -> all.add(new Slot(p.address(), slots.largest(p.address()))));
        return all;
    }

    /** A device as it might come: registers in a small BAR, and memory in a prefetchable 64-bit one of so many bytes. */
    public static DeviceSpec device(long size) {
        return DeviceSpec.of(List.of(new DeviceSpec.FunctionSpec(List.of(
                new DeviceSpec.BarSpec(0, ResourceKind.MEM32, PAGE, 1),
                new DeviceSpec.BarSpec(2, ResourceKind.MEM64_PREF, size, 1)))));
    }

    private static boolean isEmpty(Topology topology, PciFunction function) {
        return function.bridge().filter(b -> b.hotplug() && b.secondary() != 0).isPresent()
                && topology.childrenOf(function.address()).isEmpty()
                && topology.detached().stream().noneMatch(d -> d.parent().equals(Optional.of(function.address())));
    }

    /** By halving: whatever fits, something half as large fits too. */
    private OptionalLong largest(PciAddress port) {
        int fits = LEAST_ORDER - 1;
        int tooLarge = MOST_ORDER + 1;
        while (tooLarge - fits > 1) {
            int order = (fits + tooLarge) >>> 1;
            if (fits(port, 1L << order)) {
                fits = order;
            } else {
                tooLarge = order;
            }
        }
        return fits < LEAST_ORDER ? OptionalLong.empty() : OptionalLong.of(1L << fits);
    }

    private boolean fits(PciAddress port, long size) {
        Prediction added = model.apply(topology, new Action.Hotplug(port, device(size), false));
        if (!added.isCertain()) {
            return false;
        }
        Works then = new Works(added.after(), history);
        return added.after().childrenOf(port).stream().allMatch(f -> then.works(f.address()))
                && topology.functions().stream()
                        .map(PciFunction::address)
                        .noneMatch(a -> now.works(a) && !then.works(a));
    }
}
