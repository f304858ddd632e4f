package io.barkeeper.diagnosis;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether a function has what it needs: every required resource is assigned, its BAR register holds that address, and
 * on the way up every bridge forwards it, in sysfs and in registers. Registers that were not read are given the benefit
 * of the doubt, since nothing can be said about them.
 *
 * <p>One case is forgiven: a port whose I/O window the hardware keeps closed for good, because its I/O decode is
 * hard-wired to 0. The kernel assigns such a window all the same, and nothing ever went through it.
 */
public final class Works {

    private final Topology topology;
    private final History history;
    private final Requirement requirement;

    public Works(Topology topology, History history) {
        this.topology = topology;
        this.history = history;
        this.requirement = history.requirement();
    }

    /** True when the kernel knows the function and nothing is missing. */
    public boolean works(PciAddress address) {
        return topology.find(address).isPresent() && shortcoming(address).isEmpty();
    }

    /** The first thing that is missing, one sentence; empty when the function has all that it needs. */
    public Optional<String> shortcoming(PciAddress address) {
        Optional<PciFunction> known = topology.find(address);
        if (known.isEmpty()) {
            return Optional.of(address + " is not there");
        }
        PciFunction function = known.get();
        if (BusShortage.isWithoutBus(function)) {
            return Optional.of(address + " has no bus number");
        }
        for (Resource resource : function.resources()) {
            if (requirement.isRequired(function, resource)) {
                Optional<String> missing = shortcoming(function, resource);
                if (missing.isPresent()) {
                    return missing;
                }
            }
        }
        return Optional.empty();
    }

    /** Why this resource cannot be used; empty when it can. */
    Optional<String> shortcoming(PciFunction function, Resource resource) {
        if (resource.range().isEmpty()) {
            return Optional.of(name(function, resource) + " has no address");
        }
        AddressRange range = resource.range().get();
        if (!registerHolds(resource)) {
            return Optional.of(
                    name(function, resource) + " is at " + range + " for the kernel, but its register says otherwise");
        }
        Optional<PciAddress> parent = function.parent();
        while (parent.isPresent()) {
            PciFunction bridge = topology.get(parent.get());
            Optional<Resource> window = windowOver(bridge, resource.kind().isIo(), range);
            boolean passes = window.isEmpty()
                    ? bridge.bridge().orElseThrow().subtractive()
                    : forwards(bridge, window.get(), range);
            if (!passes) {
                return Optional.of(name(function, resource) + behind(bridge, window));
            }
            parent = bridge.parent();
        }
        return Optional.empty();
    }

    /**
     * Whether a window of a bridge has addresses, and passes them on.
     *
     * @param index {@link Resource#WINDOW_IO}, {@link Resource#WINDOW_MEM} or {@link Resource#WINDOW_PREF}
     */
    public boolean isOpen(PciFunction bridge, int index) {
        return bridge.resource(index)
                .filter(w -> w.range().filter(r -> forwards(bridge, w, r)).isPresent())
                .isPresent();
    }

    private static String name(PciFunction function, Resource resource) {
        return function.address() + " " + resource.name();
    }

    private static String behind(PciFunction bridge, Optional<Resource> window) {
        return window.map(w -> " lies behind the " + w.kind().label() + " window of " + bridge.address()
                        + ", whose registers do not forward it")
                .orElse(" lies in no window of " + bridge.address());
    }

    /** The window of a bridge in which a range lies, by what the kernel believes. */
    static Optional<Resource> windowOver(PciFunction bridge, boolean io, AddressRange range) {
        for (Resource window : bridge.resources()) {
            boolean over = window.isWindow()
                    && window.kind().isIo() == io
                    && window.range().isPresent()
                    && window.range().get().contains(range);
            if (over) {
                return Optional.of(window);
            }
        }
        return Optional.empty();
    }

    static boolean registerHolds(Resource bar) {
        if (bar.hardware() instanceof Decoded.Unread) {
            return true;
        }
        return bar.hardware()
                .asRange()
                .filter(r -> r.start() == bar.range().orElseThrow().start())
                .isPresent();
    }

    boolean forwards(PciFunction bridge, Resource window, AddressRange range) {
        return window.hardware() instanceof Decoded.Unread
                || window.hardware().asRange().filter(r -> r.contains(range)).isPresent()
                || isHardWiredClosed(bridge, window);
    }

    /**
     * True for an I/O window that is assigned and closed behind an enabled bridge whose I/O decode bit stays 0, unless
     * it was seen open, or not yet assigned, in the last good snapshot: then a rescan has assigned it under an enabled
     * bridge without programming it ({@code pci_setup_bridge} is skipped), or somebody closed it.
     */
    boolean isHardWiredClosed(PciFunction bridge, Resource window) {
        boolean stuck = window.index() == Resource.WINDOW_IO
                && window.isAssigned()
                && window.hardware() instanceof Decoded.Closed
                && bridge.enableCount() > 0
                && isClear(bridge.command(), PciFunction.COMMAND_IO)
                && !isClear(bridge.command(), PciFunction.COMMAND_MEMORY);
        if (!stuck) {
            return false;
        }
        Optional<Resource> before =
                history.lastGood().flatMap(t -> t.find(bridge.address())).flatMap(b -> b.resource(Resource.WINDOW_IO));
        return before.isEmpty() || (before.get().isAssigned() && !(before.get().hardware() instanceof Decoded.At));
    }

    private static boolean isClear(OptionalInt command, int bit) {
        return command.isPresent() && (command.getAsInt() & bit) == 0;
    }
}
