package io.barkeeper.plan;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Sriov;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Subtrees that are taken out together, and whether the windows of their bridges are closed before.
 *
 * @param roots the topmost functions, ascending, none below another
 * @param closing the kernel takes the size that a bridge's window registers span for a floor when it finds the bridge
 *     again (all windows up to 6.18, I/O windows always); closing them before the bridge is removed lifts it
 * @param finding how what was removed is found again
 * @param growth prefetchable windows to open wider before their bridges are removed
 */
record ReleaseSet(List<PciAddress> roots, boolean closing, Finding finding, Optional<Growth> growth) {

    /** The order of {@code resource_alignment} that closes a bridge's windows and makes no ordinary BAR larger: 4 KiB. */
    private static final long SMALLEST_ALIGNMENT = 1 << 12;

    /** The attribute takes a page of text, and an entry is 16 characters long. */
    private static final int MOST_ALIGNED = 200;

    /** Which rescan comes after the removes. */
    enum Finding {
        /** Of the lowest bus that will do. */
        NEARBY,
        /** Of the root bus: it then reaches surviving bridges further up that have no window, and gives them one. */
        FROM_THE_TOP,
        /**
         * Of the emptied bus itself, for which the kernel also sizes the windows of the bridge above anew
         * ({@code pci_assign_unassigned_bridge_resources}): the bridge need not be removed for that.
         */
        RESIZING
    }

    ReleaseSet {
        roots = List.copyOf(roots);
    }

    /** Roots in any order. */
    ReleaseSet(Collection<PciAddress> roots, boolean closing) {
        this(List.copyOf(new TreeSet<>(roots)), closing, Finding.NEARBY, Optional.empty());
    }

    /** The set without those that lie below another of them. */
    static ReleaseSet of(Topology topology, Collection<PciAddress> nodes) {
        TreeSet<PciAddress> roots = new TreeSet<>(nodes);
        roots.removeIf(n -> topology.ancestors(n).stream().anyMatch(a -> nodes.contains(a.address())));
        return new ReleaseSet(roots, false);
    }

    ReleaseSet withClosing() {
        return new ReleaseSet(roots, true, finding, growth);
    }

    ReleaseSet growing(Growth room) {
        return new ReleaseSet(roots, false, finding, Optional.of(room));
    }

    ReleaseSet rescannedFromTheTop() {
        return new ReleaseSet(roots, closing, Finding.FROM_THE_TOP, growth);
    }

    /** Only for a set that is all of a bus below a bridge ({@link #isWholeBus}). */
    ReleaseSet resizing() {
        return new ReleaseSet(roots, closing, Finding.RESIZING, growth);
    }

    /** Whether the set is all that is on one bus below a bridge, so that the bus is empty once it is removed. */
    boolean isWholeBus(Topology topology) {
        Optional<PciAddress> bridge = topology.get(roots.get(0)).parent();
        int there = 0;
        for (PciFunction child : bridge.map(topology::childrenOf).orElse(List.of())) {
            if (!child.isVirtualFunction()) {
                if (!roots.contains(child.address())) {
                    return false;
                }
                there++;
            }
        }
        return there == roots.size();
    }

    /** The same roots, with the windows left as they are or closed, found again by a plain rescan. */
    ReleaseSet back(boolean withClosing) {
        Finding plain = finding == Finding.RESIZING ? Finding.NEARBY : finding;
        return new ReleaseSet(roots, withClosing, plain, Optional.empty());
    }

    /** The topmost functions whose space is given up: the roots, or the bridge above them when its windows are. */
    List<PciAddress> freed(Topology topology) {
        return finding == Finding.RESIZING
                ? List.of(topology.get(roots.get(0)).parent().orElseThrow())
                : roots;
    }

    /** All functions that leave, bridges before what is below them; virtual functions go with their physical one. */
    List<PciFunction> released(Topology topology) {
        return roots.stream()
                .flatMap(r -> topology.subtree(r).stream())
                .filter(f -> !f.isVirtualFunction())
                .toList();
    }

    /** True when a bridge in it has a window open, so that closing it can make a difference. */
    boolean hasOpenWindows(Topology topology) {
        return released(topology).stream()
                .anyMatch(f -> f.resources().stream().anyMatch(r -> r.isWindow() && isOpen(r)));
    }

    /**
     * The round: VFs to 0, unbind and decode off, removes leaves first, one rescan. Where config space cannot be written,
     * {@code resource_alignment} closes memory windows in place of their registers, as their bridges are found again; I/O
     * windows it leaves open.
     */
    List<Action> actions(Topology topology, boolean configWritable) {
        List<Action> actions = new ArrayList<>();
        List<PciFunction> endpoints =
                released(topology).stream().filter(f -> !f.isBridge()).toList();
        for (PciFunction endpoint : endpoints) {
            if (endpoint.sriov().map(Sriov::numVfs).orElse(0) > 0) {
                actions.add(new Action.NumVfs(endpoint.address(), 0));
            }
        }
        for (PciFunction endpoint : endpoints) {
            if (endpoint.driver().isPresent()) {
                actions.add(new Action.Unbind(endpoint.address()));
            }
            if (configWritable && mayDecode(endpoint)) {
                actions.add(new Action.Decode(endpoint.address(), false));
            }
        }
        if (closing && !configWritable) {
            aligning(topology).ifPresent(actions::add);
        }
        for (PciAddress root : roots) {
            remove(topology, topology.get(root), configWritable, actions);
        }
        actions.add(Rescans.finding(topology, roots, finding));
        return actions;
    }

    /** Empty where no memory window is open, or somebody has set the text for a purpose of his own. */
    private Optional<Action> aligning(Topology topology) {
        List<PciAddress> bridges = released(topology).stream()
                .filter(f -> f.resources().stream()
                        .anyMatch(r -> r.isWindow() && !r.kind().isIo() && isOpen(r)))
                .map(PciFunction::address)
                .limit(MOST_ALIGNED)
                .toList();
        return bridges.isEmpty() || !topology.resourceAlignment().isEmpty()
                ? Optional.empty()
                : Optional.of(new Action.Align(bridges, SMALLEST_ALIGNMENT));
    }

    private void remove(Topology topology, PciFunction function, boolean configWritable, List<Action> into) {
        List<PciFunction> children = new ArrayList<>(topology.childrenOf(function.address()));
        Collections.reverse(children);
        for (PciFunction child : children) {
            if (!child.isVirtualFunction()) {
                remove(topology, child, configWritable, into);
            }
        }
        if (closing && configWritable) {
            for (Resource window : function.resources()) {
                if (window.isWindow() && isOpen(window)) {
                    into.add(new Action.Window(function.address(), window.kind(), 0));
                }
            }
        }
        if (configWritable && function.isBridge()) {
            growth.filter(g -> !g.port().equals(function.address()))
                    .filter(g -> topology.isAtOrBelow(g.port(), function.address()))
                    .ifPresent(g -> into.add(wider(function, g.bytes())));
        }
        into.add(new Action.Remove(function.address()));
    }

    private static Action wider(PciFunction bridge, long bytes) {
        long now = bridge.resource(Resource.WINDOW_PREF)
                .flatMap(Resource::range)
                .map(AddressRange::size)
                .orElse(0L);
        return new Action.Window(bridge.address(), ResourceKind.WINDOW_PREF, now + bytes);
    }

    /** A removed device goes on decoding its old addresses, which the rescan may give to another. */
    private static boolean mayDecode(PciFunction function) {
        int bits = PciFunction.COMMAND_IO | PciFunction.COMMAND_MEMORY;
        return function.command().isEmpty() || (function.command().getAsInt() & bits) != 0;
    }

    private static boolean isOpen(Resource window) {
        return window.hardware() instanceof Decoded.At
                || (window.hardware() instanceof Decoded.Unread && window.isAssigned());
    }

    /** In words: {@code 0000:00:02.0 and all below, windows closed}. */
    String describe(Topology topology) {
        String names = roots.stream()
                .map(r -> r + (topology.childrenOf(r).isEmpty() ? "" : " and all below"))
                .collect(Collectors.joining(", "));
        return "release " + names
                + (closing ? ", windows closed before" : "")
                + switch (finding) {
                    case NEARBY -> "";
                    case FROM_THE_TOP -> ", rescanned from the root bus";
                    case RESIZING -> ", and the windows of the bridge above sized anew";
                }
                + growth.map(g -> ", windows opened wider before").orElse("");
    }
}
