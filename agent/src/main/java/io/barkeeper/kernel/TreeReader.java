package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link LiveTree} of a {@link Topology}: functions and buses first, then the tree of resources from the roots
 * down, each resource inside the window that contains it.
 */
final class TreeReader {

    private final LiveTree tree;
    private final Topology topology;
    private final KernelGeneration generation;
    private final HiddenSizes hidden;

    private final Map<Long, PciAddress> busOwners = new HashMap<>();

    private TreeReader(LiveTree tree) {
        this.tree = tree;
        this.topology = tree.origin;
        this.generation = tree.generation;
        this.hidden = new HiddenSizes(tree);
    }

    static LiveTree read(Topology topology, KernelGeneration generation, KernelOptions options, Trace trace) {
        LiveTree tree = new LiveTree(topology, generation, options, trace);
        TreeReader reader = new TreeReader(tree);
        reader.readRoots();
        reader.readFunctions();
        for (LiveBus root : tree.roots) {
            reader.claimBus(root);
        }
        Obstacles.insert(tree, topology.reserved());
        for (PciFunction function : topology.detached()) {
            tree.detach(function);
        }
        return tree;
    }

    private void readRoots() {
        Map<HostBridge.Aperture, LiveResource> shared = new HashMap<>();
        for (HostBridge host : topology.hostBridges()) {
            List<LiveResource> windows = new ArrayList<>();
            for (HostBridge.Aperture aperture : host.apertures()) {
                windows.add(shared.computeIfAbsent(aperture, TreeReader::window));
            }
            LiveBus root = new LiveBus(null, host.domain(), host.bus(), host.lastBus(), windows);
            tree.roots.add(root);
            tree.addBus(root);
        }
    }

    private static LiveResource window(HostBridge.Aperture aperture) {
        LiveResource window = new LiveResource(null, -1, ResourceKind.WINDOW_MEM, "root bus resource");
        window.flags = aperture.io() ? ResourceFlags.IO : ResourceFlags.MEM;
        if (aperture.prefetchable()) {
            window.flags |= ResourceFlags.PREFETCH;
        }
        window.start = aperture.range().start();
        window.end = aperture.range().end();
        window.parent = window;
        return window;
    }

    /** Parents first, whatever the order of the list; the order on each bus is that of the list. */
    private void readFunctions() {
        for (HostBridge host : topology.hostBridges()) {
            findBusOwners(topology.onRootBus(host));
        }
        List<PciFunction> waiting = topology.functions();
        while (!waiting.isEmpty()) {
            List<PciFunction> later = new ArrayList<>();
            for (PciFunction function : waiting) {
                LiveBus bus = busOf(function);
                if (bus == null) {
                    later.add(function);
                } else {
                    tree.add(readFunction(function, bus));
                }
            }
            if (later.size() == waiting.size()) {
                throw new IllegalArgumentException(
                        later.get(0).address() + " sits behind a bridge that has no bus number");
            }
            waiting = later;
        }
    }

    /** Null while the bridge above was not read yet. */
    private @Nullable LiveBus busOf(PciFunction function) {
        if (function.parent().isEmpty()) {
            return rootBusOf(function);
        }
        LiveFunction above = tree.find(function.parent().get());
        return above == null ? null : above.secondary;
    }

    /** A VF of a function on a root bus may have a higher bus number than that. */
    private @Nullable LiveBus rootBusOf(PciFunction function) {
        LiveBus own = tree.bus(function.address().domain(), function.address().bus());
        if (own != null || !function.isVirtualFunction()) {
            return own;
        }
        return topology.hostBridges().stream()
                .filter(host -> host.hasOnRootBus(function))
                .findFirst()
                .map(host -> tree.bus(host.domain(), host.bus()))
                .orElse(null);
    }

    private LiveFunction readFunction(PciFunction function, LiveBus bus) {
        LiveFunction live = new LiveFunction(function, function.address(), bus);
        for (Resource resource : function.resources()) {
            live.rows[resource.index()] = readRow(live, resource);
        }
        if (function.bridge().isPresent()) {
            Bridge bridge = function.bridge().get();
            int secondary = leadsToBus(function, bridge) ? bridge.secondary() : 0;
            openBus(tree, live, secondary, bridge.subordinate());
        }
        return live;
    }

    /**
     * Firmware may give one number to two bridges. The kernel then has one bus of that number, behind the bridge that it
     * found first, and no bus behind the other.
     */
    private void findBusOwners(List<PciFunction> functions) {
        for (PciFunction function : functions) {
            if (function.bridge().isEmpty()) {
                continue;
            }
            List<PciFunction> children = topology.childrenOf(function.address());
            int secondary = function.bridge().get().secondary();
            long bus = LiveTree.keyOf(function.address().domain(), secondary);
            if (children.isEmpty()) {
                busOwners.putIfAbsent(bus, function.address());
            } else {
                busOwners.put(bus, function.address());
            }
            findBusOwners(children);
        }
    }

    private boolean leadsToBus(PciFunction function, Bridge bridge) {
        long bus = LiveTree.keyOf(function.address().domain(), bridge.secondary());
        return function.address().equals(busOwners.get(bus));
    }

    /** Gives a bridge its three window rows and, unless {@code secondary} is 0, the bus behind it. */
    static void openBus(LiveTree tree, LiveFunction bridge, int secondary, int last) {
        List<LiveResource> windows = new ArrayList<>(3);
        for (int i = Resource.WINDOW_IO; i <= Resource.WINDOW_PREF; i++) {
            LiveResource window = bridge.rows[i];
            if (window == null) {
                window = new LiveResource(bridge, i, windowKind(i), "bridge window");
                bridge.rows[i] = window;
            }
            windows.add(window);
        }
        if (secondary != 0) {
            LiveBus bus = new LiveBus(bridge, bridge.address.domain(), secondary, last, windows);
            bridge.secondary = bus;
            tree.addBus(bus);
        }
    }

    static ResourceKind windowKind(int index) {
        return switch (index) {
            case Resource.WINDOW_IO -> ResourceKind.WINDOW_IO;
            case Resource.WINDOW_MEM -> ResourceKind.WINDOW_MEM;
            default -> ResourceKind.WINDOW_PREF;
        };
    }

    private LiveResource readRow(LiveFunction function, Resource resource) {
        LiveResource live = new LiveResource(function, resource);
        live.registers = resource.hardware();
        live.decodedSize = decodedSize(resource);
        live.sizeOfOneVf = sizeOfOneVf(function.origin, live);
        if (resource.range().isPresent()) {
            AddressRange range = resource.range().get();
            live.start = range.start();
            live.end = range.end();
            live.flags = resource.flags() != 0 ? resource.flags() : NaturalFlags.of(resource.kind());
        } else if (resource.isWindow() && generation.keepsFailedWindows()) {
            hidden.read(function, resource, live);
        } else {
            readOrphan(resource, live);
        }
        return live;
    }

    /** Released but not forgotten: it starts at 0 and keeps its size, which a window's {@code retained} tells. */
    private static void readOrphan(Resource resource, LiveResource live) {
        long size = resource.isWindow()
                ? resource.retained().orElse(0)
                : resource.size().orElse(0);
        if (resource.flags() != 0 && size != 0) {
            live.flags = resource.flags() & ~ResourceFlags.UNSET;
            live.setRange(0, size);
        }
    }

    /** What aligns a VF BAR; 0 for any other row, where nobody asks. */
    static long sizeOfOneVf(PciFunction function, LiveResource row) {
        return row.isVfBar() ? row.decodedSize / Math.max(1, totalVfs(function)) : 0;
    }

    private static int totalVfs(PciFunction function) {
        return function.sriov().map(s -> s.totalVfs()).orElse(1);
    }

    /** The registers know the true size of a BAR that {@code resource_alignment} made larger than it is. */
    static long decodedSize(Resource resource) {
        Optional<AddressRange> decoded = resource.hardware().asRange();
        if (resource.isAssigned() && decoded.isPresent() && !resource.isWindow()) {
            return decoded.get().size();
        }
        return resource.size().orElse(-1);
    }

    private void claimBus(LiveBus bus) {
        for (LiveFunction function : bus.functions) {
            for (LiveResource row : function.rows) {
                if (row != null && !function.origin.isVirtualFunction()) {
                    claim(function, row);
                }
            }
        }
        for (LiveFunction function : bus.functions) {
            if (function.origin.isVirtualFunction()) {
                claimVirtual(function);
            }
            if (function.secondary != null) {
                claimBus(function.secondary);
            }
        }
    }

    private void claim(LiveFunction function, LiveResource row) {
        if (row.origin == null || !row.origin.isAssigned()) {
            return;
        }
        LiveResource window = containing(function.bus, row);
        if ((window != null && window.insert(row)) || row.has(ResourceFlags.PCI_FIXED)) {
            return;
        }
        if (window == null) {
            adopt(function.bus, row);
            return;
        }
        tree.doubt(row, row.label + " " + row + " overlaps another resource in the snapshot");
        row.parent = row;
    }

    /**
     * The window that the kernel would have found: on the function's bus, or above a bridge that decodes the rest. Until 6.17
     * a window that lost its address still counts with the range from 0 that it shows, and the kernel places resources in it.
     */
    private static @Nullable LiveResource containing(LiveBus start, LiveResource row) {
        for (LiveBus bus = start; bus != null; bus = bus.parent()) {
            for (LiveResource window : bus.windows) {
                if (counts(window, row) && window.contains(row.start, row.end)) {
                    return window;
                }
            }
            if (bus.bridge != null && !isSubtractive(bus.bridge)) {
                return null;
            }
        }
        return null;
    }

    private static boolean counts(LiveResource window, LiveResource row) {
        boolean there = window.assigned() || (window.flags != 0 && !window.has(ResourceFlags.UNSET));
        return there && window.isIo() == row.isIo();
    }

    private static boolean isSubtractive(LiveFunction bridge) {
        return bridge.origin.bridge().map(Bridge::subtractive).orElse(false);
    }

    /**
     * A resource outside of its window was placed in it while the window had no address, and stayed behind when the window got
     * one. It still belongs to the window and is released with it.
     */
    private static void adopt(LiveBus bus, LiveResource row) {
        row.parent = row;
        for (LiveResource window : bus.windows) {
            if (bus.bridge != null
                    && counts(window, row)
                    && (!window.has(ResourceFlags.PREFETCH) || row.has(ResourceFlags.PREFETCH))) {
                window.adopt(row);
                return;
            }
        }
    }

    /** BARs of a virtual function are cut from the VF BARs of its physical function. */
    private void claimVirtual(LiveFunction function) {
        LiveFunction physical =
                function.origin.physicalFunction().map(tree::find).orElse(null);
        for (LiveResource row : function.rows) {
            if (row == null || row.flags == 0) {
                continue;
            }
            row.parent = row;
            for (int i = Resource.FIRST_VF; physical != null && i <= Resource.LAST_VF; i++) {
                LiveResource all = physical.rows[i];
                if (all != null && all.assigned() && all.contains(row.start, row.end)) {
                    all.insert(row);
                    break;
                }
            }
        }
    }
}
