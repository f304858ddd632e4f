package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole machine while one action works on it: a mutable copy of a {@link Topology}, made by {@link TreeReader} and
 * turned back by {@link TreeWriter}. Passes receive it and change it in place.
 */
final class LiveTree {

    final Topology origin;
    final KernelGeneration generation;
    final KernelOptions options;
    final Trace trace;

    /** Root buses in the order in which the kernel lists them. */
    final List<LiveBus> roots = new ArrayList<>();

    /** Functions in the order in which the next topology lists them. */
    private final Map<PciAddress, LiveFunction> functions;

    /** Found by this action and not yet bound to their drivers, in the order of discovery. */
    private final List<LiveFunction> fresh = new ArrayList<>();

    private final Map<Long, LiveBus> buses = new HashMap<>();

    /** What is plugged in and not known, by the bus that it sits on. */
    private final Map<Long, List<PciFunction>> detached = new LinkedHashMap<>();

    private final Map<List<Long>, Long> keysBelow = new HashMap<>();
    private long lastFreshKey;
    private int lastQueue;

    private final Set<Doubt> doubts = new LinkedHashSet<>();
    private final List<AssumedSize> assumed = new ArrayList<>();

    private final Set<PciAddress> homeless = new LinkedHashSet<>();

    ResourceAlignment resourceAlignment;

    LiveTree(Topology origin, KernelGeneration generation, KernelOptions options, Trace trace) {
        this.origin = origin;
        this.generation = generation;
        this.options = options;
        this.trace = trace;
        this.resourceAlignment = ResourceAlignment.of(origin.resourceAlignment());
        this.functions = new LinkedHashMap<>(
                2 * (origin.functions().size() + origin.detached().size()));
    }

    Iterable<LiveFunction> functions() {
        return functions.values();
    }

    /** No host bridge has an aperture; a single one without any, as an expander may be, is known to have none. */
    boolean knowsNoApertures() {
        return roots.stream().allMatch(root -> root.windows.isEmpty());
    }

    /** False when the host bridge may forward more than was seen. */
    boolean knowsAllApertures(LiveBus root) {
        return origin.hostBridges().stream()
                .noneMatch(h -> h.domain() == root.domain && h.bus() == root.number && !h.complete());
    }

    @Nullable
    LiveFunction find(PciAddress address) {
        return functions.get(address);
    }

    /** Adds a function at the end of its bus. */
    void add(LiveFunction function) {
        functions.put(function.address, function);
        function.bus.functions.add(function);
    }

    /** Adds a function that a scan found. */
    void addFresh(LiveFunction function) {
        function.fresh = true;
        fresh.add(function);
        add(function);
    }

    /** What was found since the last call and is still there. */
    List<LiveFunction> takeFresh() {
        List<LiveFunction> found =
                fresh.stream().filter(f -> functions.get(f.address) == f).toList();
        fresh.clear();
        return found;
    }

    void remove(LiveFunction function) {
        functions.remove(function.address);
        function.bus.functions.remove(function);
    }

    @Nullable
    LiveBus bus(int domain, int number) {
        return buses.get(keyOf(domain, number));
    }

    void addBus(LiveBus bus) {
        buses.put(keyOf(bus.domain, bus.number), bus);
    }

    void removeBus(LiveBus bus) {
        buses.remove(keyOf(bus.domain, bus.number));
    }

    /** Plugged in, but not known to the kernel: found again when its bus number is scanned. */
    void detach(PciFunction function) {
        detach(function, keyOf(function.address().domain(), function.address().bus()));
    }

    /** Like {@link #detach(PciFunction)}, under a key of its own: for a bus that has no number yet. */
    void detach(PciFunction function, long key) {
        List<PciFunction> there = detached.computeIfAbsent(key, k -> new ArrayList<>());
        there.removeIf(f -> f.address().equals(function.address()));
        there.add(function);
    }

    /** Under which key the functions of a bus are detached. */
    static long keyOf(int domain, int bus) {
        return (long) domain << 8 | bus;
    }

    /** A number for a queue of resources that wait for assignment. */
    int nextQueue() {
        return ++lastQueue;
    }

    /** A key that no bus number has. */
    long freshKey() {
        return --lastFreshKey;
    }

    /** Says under which key the functions behind a bridge wait that itself waits under {@code key}. */
    void nameBelow(PciAddress bridge, long key, long below) {
        keysBelow.put(List.of(key, (long) bridge.devfn()), below);
    }

    /** Under which key the functions behind a plugged-in bridge wait. */
    long keyBelow(PciFunction bridge, long key) {
        Long named = keysBelow.get(List.of(key, (long) bridge.address().devfn()));
        int secondary = bridge.bridge().map(b -> b.secondary()).orElse(0);
        return named != null ? named : keyOf(bridge.address().domain(), secondary);
    }

    /** What a scan would find, by device and function; it is no longer detached. */
    List<PciFunction> takeDetached(long key) {
        List<PciFunction> there = detached.remove(key);
        if (there == null) {
            return List.of();
        }
        there.sort(Comparator.comparingInt(f -> f.address().devfn()));
        return there;
    }

    /** Like {@link #takeDetached}, only looking. */
    List<PciFunction> waiting(long key) {
        return List.copyOf(detached.getOrDefault(key, List.of()));
    }

    /** Everything detached, in a stable order. */
    List<PciFunction> detached() {
        List<PciFunction> all = new ArrayList<>();
        detached.forEach((key, there) -> {
            if (key >= 0) {
                all.addAll(there);
            }
        });
        all.sort(Comparator.comparing(PciFunction::address));
        return all;
    }

    /** A window was read whose hidden size is not known for sure. */
    void assume(AssumedSize size) {
        assumed.add(size);
    }

    List<AssumedSize> assumed() {
        return List.copyOf(assumed);
    }

    /** The first try of a bridge's resize found no place for something of this function. */
    void foundNoPlace(LiveFunction function) {
        homeless.add(function.address);
    }

    Set<PciAddress> homeless() {
        return homeless;
    }

    void doubt(PciAddress address, int index, String why) {
        doubts.add(new Doubt(address, index, why));
    }

    /** The doubt that comes with an action which was never checked live. */
    void doubt(PciAddress address, int index, Risk risk) {
        doubts.add(Doubt.of(address, index, risk));
    }

    void doubt(LiveResource resource, String why) {
        if (resource.owner != null) {
            doubt(resource.owner.address, resource.index, why);
        }
    }

    List<Doubt> doubts() {
        detached.forEach((key, there) -> {
            if (key < 0) {
                doubt(
                        there.get(0).address(),
                        -1,
                        "it sits behind a bridge that got no bus number, and is not followed");
            }
        });
        return List.copyOf(doubts);
    }
}
