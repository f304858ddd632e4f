package io.barkeeper.pci;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A machine's PCI tree at one moment, immutable.
 *
 * <p>{@link #functions()} are those that the kernel knows; on each bus they stand in the kernel's own list order
 * (survivors of a rescan before what it found again), which breaks ties in assignment. {@link #detached()} are those
 * that are still plugged in although the kernel forgot them: removed through sysfs, they keep their registers and the
 * next rescan finds them again.
 */
public final class Topology {

    private final KernelIdentity kernel;
    private final List<HostBridge> hostBridges;
    private final List<Reservation> reserved;
    private final FirmwareMap firmware;
    private final String resourceAlignment;
    private final List<PciFunction> functions;
    private final List<PciFunction> detached;

    private final Map<PciAddress, PciFunction> byAddress;
    private final Map<PciAddress, List<PciFunction>> byParent = new HashMap<>();
    private final Map<Long, List<PciFunction>> byRootBus = new HashMap<>();

    private Topology(
            KernelIdentity kernel,
            List<HostBridge> hostBridges,
            List<Reservation> reserved,
            FirmwareMap firmware,
            String resourceAlignment,
            List<PciFunction> functions,
            List<PciFunction> detached) {
        this.kernel = kernel;
        this.hostBridges = List.copyOf(hostBridges);
        this.reserved = List.copyOf(reserved);
        this.firmware = firmware;
        this.resourceAlignment = resourceAlignment;
        this.functions = List.copyOf(functions);
        this.detached = List.copyOf(detached);
        this.byAddress = new HashMap<>(this.functions.size() * 2);
        boolean parentsFirst = true;
        for (PciFunction function : this.functions) {
            if (byAddress.put(function.address(), function) != null) {
                throw new IllegalArgumentException("two functions at " + function.address());
            }
            onItsBus(function).add(function);
            parentsFirst &= function.parent().map(byAddress::containsKey).orElse(true);
        }
        byParent.replaceAll((bridge, below) -> Collections.unmodifiableList(below));
        checkParents(parentsFirst);
    }

    private List<PciFunction> onItsBus(PciFunction function) {
        PciAddress address = function.address();
        return function.parent().isPresent()
                ? byParent.computeIfAbsent(function.parent().get(), k -> new ArrayList<>())
                : byRootBus.computeIfAbsent(keyOf(address.domain(), address.bus()), k -> new ArrayList<>());
    }

    private static Long keyOf(int domain, int bus) {
        return (long) domain << 8 | bus;
    }

    /**
     * Builds a tree.
     *
     * @param resourceAlignment the text of {@code /sys/bus/pci/resource_alignment}, empty when unset
     * @throws IllegalArgumentException when two functions share an address, a parent is missing, is no bridge or is its
     *     own ancestor, or a root bus belongs to no host bridge
     */
    public static Topology of(
            KernelIdentity kernel,
            List<HostBridge> hostBridges,
            List<Reservation> reserved,
            FirmwareMap firmware,
            String resourceAlignment,
            List<PciFunction> functions,
            List<PciFunction> detached) {
        return new Topology(kernel, hostBridges, reserved, firmware, resourceAlignment, functions, detached);
    }

    /**
     * Every bus hangs below a bridge, and whoever is not reached from a root bus hangs below itself; nobody does where each
     * parent comes before its children.
     */
    private void checkParents(boolean parentsFirst) {
        for (PciAddress parent : byParent.keySet()) {
            PciFunction above = byAddress.get(parent);
            if (above == null || !above.isBridge()) {
                PciFunction child = childrenOf(parent).get(0);
                throw new IllegalArgumentException(
                        child.address() + " names " + parent + " as its parent, which is no bridge here");
            }
        }
        byRootBus.values().forEach(bus -> bus.forEach(this::checkRoot));
        if (!parentsFirst) {
            checkForCircles();
        }
    }

    private void checkForCircles() {
        Deque<PciFunction> open = new ArrayDeque<>();
        byRootBus.values().forEach(open::addAll);
        int reached = 0;
        while (!open.isEmpty()) {
            PciFunction function = open.pop();
            reached++;
            if (function.isBridge()) {
                childrenOf(function.address()).forEach(open::push);
            }
        }
        if (reached < functions.size()) {
            throw new IllegalArgumentException(anyInCircle() + " is its own ancestor");
        }
    }

    /** Follows the parents of each function until one comes up twice. */
    private PciAddress anyInCircle() {
        for (PciFunction function : functions) {
            Set<PciAddress> trail = new HashSet<>();
            PciFunction at = function;
            while (trail.add(at.address())) {
                if (at.parent().isEmpty()) {
                    break;
                }
                at = get(at.parent().get());
            }
            if (at.parent().isPresent()) {
                return at.address();
            }
        }
        throw new IllegalStateException("no function is its own ancestor");
    }

    private void checkRoot(PciFunction function) {
        if (hostBridges.stream().noneMatch(h -> h.hasOnRootBus(function))) {
            throw new IllegalArgumentException(function.address() + " has no parent, and no host bridge has its bus");
        }
    }

    public KernelIdentity kernel() {
        return kernel;
    }

    /** Host bridges in the order in which the kernel lists their root buses. */
    public List<HostBridge> hostBridges() {
        return hostBridges;
    }

    public List<Reservation> reserved() {
        return reserved;
    }

    public FirmwareMap firmware() {
        return firmware;
    }

    /** The text of {@code /sys/bus/pci/resource_alignment}, empty when unset. */
    public String resourceAlignment() {
        return resourceAlignment;
    }

    public List<PciFunction> functions() {
        return functions;
    }

    public List<PciFunction> detached() {
        return detached;
    }

    public Optional<PciFunction> find(PciAddress address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    /**
     * The function at an address.
     *
     * @throws IllegalArgumentException when the kernel knows none there
     */
    public PciFunction get(PciAddress address) {
        return find(address).orElseThrow(() -> new IllegalArgumentException("no function at " + address));
    }

    /** The functions on the bus below a bridge, in list order. */
    public List<PciFunction> childrenOf(PciAddress bridge) {
        return byParent.getOrDefault(bridge, List.of());
    }

    /** The functions on a root bus, in list order. */
    public List<PciFunction> onRootBus(HostBridge host) {
        return Collections.unmodifiableList(byRootBus.getOrDefault(keyOf(host.domain(), host.bus()), List.of()));
    }

    /** The functions on the same bus as this one, itself included, in list order. */
    public List<PciFunction> onBusOf(PciFunction function) {
        return function.parent().map(this::childrenOf).orElseGet(() -> onRootBus(hostBridgeOf(function.address())));
    }

    /** The bridges above, nearest first. */
    public List<PciFunction> ancestors(PciAddress address) {
        List<PciFunction> above = new ArrayList<>();
        Optional<PciAddress> parent = get(address).parent();
        while (parent.isPresent()) {
            PciFunction bridge = get(parent.get());
            above.add(bridge);
            parent = bridge.parent();
        }
        return above;
    }

    /** The function and all below it, each bridge before what is below it. */
    public List<PciFunction> subtree(PciAddress root) {
        List<PciFunction> all = new ArrayList<>();
        collect(get(root), all);
        return all;
    }

    private void collect(PciFunction function, List<PciFunction> into) {
        into.add(function);
        for (PciFunction child : childrenOf(function.address())) {
            collect(child, into);
        }
    }

    /** True when {@code address} is {@code bridge} or lies below it. */
    public boolean isAtOrBelow(PciAddress address, PciAddress bridge) {
        Optional<PciAddress> at = Optional.of(address);
        while (at.isPresent() && !at.get().equals(bridge)) {
            at = get(at.get()).parent();
        }
        return at.isPresent();
    }

    /** The host bridge that a function hangs under. */
    public HostBridge hostBridgeOf(PciAddress address) {
        List<PciFunction> above = ancestors(address);
        PciFunction top = above.isEmpty() ? get(address) : above.get(above.size() - 1);
        return hostBridges.stream()
                .filter(h -> h.hasOnRootBus(top))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no host bridge has the bus of " + top.address()));
    }

    /** The bridge whose secondary bus this is; empty for a root bus or an unknown bus. */
    public Optional<PciFunction> bridgeTo(int domain, int bus) {
        return functions.stream()
                .filter(f -> f.address().domain() == domain
                        && f.bridge().map(b -> b.secondary() == bus).orElse(false))
                .findFirst();
    }

    /** Identity that survives renumbering: {@code 0000:00:01.0/00.0/02.0}. */
    public String path(PciAddress address) {
        List<PciFunction> above = ancestors(address);
        StringBuilder path = new StringBuilder();
        for (int i = above.size() - 1; i >= 0; i--) {
            append(path, above.get(i).address());
        }
        return append(path, address).toString();
    }

    private static StringBuilder append(StringBuilder path, PciAddress address) {
        if (path.isEmpty()) {
            return path.append(address);
        }
        return path.append(String.format("/%02x.%x", address.device(), address.function()));
    }

    /** The same machine with other functions. */
    public Topology with(Collection<PciFunction> newFunctions, Collection<PciFunction> newDetached) {
        return new Topology(
                kernel,
                hostBridges,
                reserved,
                firmware,
                resourceAlignment,
                List.copyOf(newFunctions),
                List.copyOf(newDetached));
    }

    /** The same tree with each function replaced by what {@code change} makes of it, at the same address. */
    public Topology map(UnaryOperator<PciFunction> change) {
        return with(functions.stream().map(change).toList(), detached);
    }

    public Topology withResourceAlignment(String newAlignment) {
        return new Topology(kernel, hostBridges, reserved, firmware, newAlignment, functions, detached);
    }

    public Topology withKernel(KernelIdentity newKernel) {
        return new Topology(newKernel, hostBridges, reserved, firmware, resourceAlignment, functions, detached);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Topology that
                && kernel.equals(that.kernel)
                && hostBridges.equals(that.hostBridges)
                && reserved.equals(that.reserved)
                && firmware.equals(that.firmware)
                && resourceAlignment.equals(that.resourceAlignment)
                && functions.equals(that.functions)
                && detached.equals(that.detached);
    }

    /** Of where everything is alone: two states of one machine differ there, and all that functions hold takes long to go through. */
    @Override
    public int hashCode() {
        long hash = functions.size();
        for (PciFunction function : functions) {
            for (Resource resource : function.resources()) {
                hash = 31 * hash + resource.range().map(AddressRange::start).orElse(0L);
            }
        }
        return Long.hashCode(hash);
    }

    @Override
    public String toString() {
        return "Topology of " + functions.size() + " functions on " + kernel.release();
    }
}
