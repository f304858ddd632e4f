package io.barkeeper.diagnosis;

import io.barkeeper.diagnosis.Trouble.Cause;
import io.barkeeper.diagnosis.Trouble.Severity;
import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares each bridge window in sysfs with its registers and with the last good snapshot. How bad a difference is
 * depends on who needs the window: a device that worked makes it collateral, one that never worked fatal, nobody
 * cosmetic.
 */
final class WindowExamination {

    private final Topology topology;
    private final History history;
    private final Requirement requirement;
    private final Works works;
    private final Predicate<PciAddress> worked;

    /** @param worked who had all that it needs in the last good snapshot */
    WindowExamination(Topology topology, History history, Predicate<PciAddress> worked) {
        this.topology = topology;
        this.history = history;
        this.requirement = history.requirement();
        this.works = new Works(topology, history);
        this.worked = worked;
    }

    List<Trouble> troubles() {
        List<Trouble> troubles = new ArrayList<>();
        for (PciFunction bridge : topology.functions()) {
            for (Resource window : bridge.resources()) {
                if (window.isWindow()) {
                    (window.isAssigned() ? assigned(bridge, window) : unassigned(bridge, window))
                            .ifPresent(troubles::add);
                }
            }
        }
        return troubles;
    }

    private Optional<Trouble> assigned(PciFunction bridge, Resource window) {
        AddressRange range = window.range().orElseThrow();
        String name = window.kind().label() + " window " + range;
        if (window.hardware() instanceof Decoded.Unread
                || window.hardware().asRange().filter(range::equals).isPresent()) {
            return Optional.empty();
        }
        if (works.isHardWiredClosed(bridge, window)) {
            return trouble(
                    bridge,
                    window,
                    Severity.COSMETIC,
                    Cause.CLOSED_IN_HARDWARE,
                    name + " is closed in hardware for good: the bridge does not decode I/O");
        }
        if (window.hardware() instanceof Decoded.At at) {
            return trouble(
                    bridge,
                    window,
                    severity(bridge, window, at.range()),
                    Cause.REGISTER_MISMATCH,
                    name + " is open at " + at.range() + " in hardware");
        }
        return trouble(
                bridge,
                window,
                severity(bridge, window, null),
                Cause.CLOSED_IN_HARDWARE,
                name + " is closed in hardware");
    }

    private Optional<Trouble> unassigned(PciFunction bridge, Resource window) {
        Optional<Resource> then = history.lastGood()
                .flatMap(t -> t.find(bridge.address()))
                .filter(b -> b.ids().equals(bridge.ids()))
                .flatMap(b -> b.resource(window.index()))
                .filter(Resource::isAssigned);
        if (then.isEmpty()) {
            boolean reserve = bridge.bridge().filter(b -> b.hotplug()).isPresent()
                    && topology.childrenOf(bridge.address()).isEmpty();
            return reserve
                    ? trouble(
                            bridge,
                            window,
                            Severity.COSMETIC,
                            Cause.NO_SPACE,
                            window.kind().label() + " window: the empty hot-plug port has no reserve of this kind")
                    : refused(bridge, window);
        }
        AddressRange was = then.get().range().orElseThrow();
        boolean needed = history.lastGood().orElseThrow().subtree(bridge.address()).stream()
                .filter(f ->
                        topology.find(f.address()).isPresent() && !f.address().equals(bridge.address()))
                .anyMatch(f -> f.resources().stream()
                        .anyMatch(r -> requirement.isRequired(f, r)
                                && r.kind().isIo() == window.kind().isIo()
                                && r.range().filter(was::contains).isPresent()));
        return trouble(
                bridge,
                window,
                needed ? Severity.COLLATERAL : Severity.COSMETIC,
                Cause.LOST,
                window.kind().label() + " window was " + was + " and is released");
    }

    /** A failure in the log that looks alarming and harms nobody: everything below has an address. */
    private Optional<Trouble> refused(PciFunction bridge, Resource window) {
        boolean missed = topology.subtree(bridge.address()).stream()
                .anyMatch(f -> f.resources().stream()
                        .anyMatch(r -> requirement.isRequired(f, r)
                                && !r.isAssigned()
                                && r.kind().isIo() == window.kind().isIo()));
        if (window.refused().isEmpty() || missed) {
            return Optional.empty();
        }
        return trouble(
                bridge,
                window,
                Severity.COSMETIC,
                Cause.NO_SPACE,
                window.kind().label() + " window: "
                        + Sizes.human(window.refused().getAsLong())
                        + " found no room, and nothing below it is without an address for that");
    }

    /** How bad it is that only {@code open} (nothing when null) of an assigned window is forwarded. */
    private Severity severity(PciFunction bridge, Resource window, @Nullable AddressRange open) {
        AddressRange range = window.range().orElseThrow();
        Severity worst = Severity.COSMETIC;
        for (PciFunction function : topology.subtree(bridge.address())) {
            if (function.address().equals(bridge.address())) {
                continue;
            }
            boolean cutOff = function.resources().stream()
                    .anyMatch(r -> requirement.isRequired(function, r)
                            && r.kind().isIo() == window.kind().isIo()
                            && r.range().filter(range::contains).isPresent()
                            && (open == null || !open.contains(r.range().get())));
            if (cutOff && worked.test(function.address())) {
                return Severity.COLLATERAL;
            }
            if (cutOff) {
                worst = Severity.FATAL;
            }
        }
        return worst;
    }

    private static Optional<Trouble> trouble(
            PciFunction bridge, Resource window, Severity severity, Cause cause, String why) {
        return Optional.of(new Trouble(
                bridge.address(), window.index(), Optional.of(window.kind()), window.size(), severity, cause, why));
    }
}
