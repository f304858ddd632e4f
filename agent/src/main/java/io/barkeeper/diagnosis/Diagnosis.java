package io.barkeeper.diagnosis;

import io.barkeeper.diagnosis.Trouble.Cause;
import io.barkeeper.diagnosis.Trouble.Severity;
import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds what is wrong with a machine: resources without an address, resources that were lost, registers that disagree
 * with the kernel, bridges without bus numbers. A device that worked in the last good snapshot and does not work now is
 * collateral; one that never worked is fatal; what nobody needs is cosmetic.
 */
public final class Diagnosis {

    private static final Comparator<Trouble> ORDER = Comparator.comparing(Trouble::severity)
            .thenComparing(Trouble::address)
            .thenComparingInt(Trouble::index)
            .thenComparing(Trouble::cause);

    private final Topology topology;
    private final History history;
    private final Requirement requirement;
    private final Optional<Works> before;
    private final List<Trouble> troubles = new ArrayList<>();

    private Diagnosis(Topology topology, History history) {
        this.topology = topology;
        this.history = history;
        this.requirement = history.requirement();
        this.before = history.lastGood().map(t -> new Works(t, history));
    }

    /** All troubles: the worst first, then by address and index. The same input gives the same list. */
    public static List<Trouble> examine(Topology now, History history) {
        Diagnosis diagnosis = new Diagnosis(now, history);
        for (PciFunction function : now.functions()) {
            diagnosis.examine(function);
        }
        diagnosis.troubles.addAll(new WindowExamination(now, history, diagnosis::worked).troubles());
        diagnosis.troubles.sort(ORDER);
        return List.copyOf(diagnosis.troubles);
    }

    /** True when no device was lost or harmed: such a snapshot may become the last good one. */
    public static boolean isGood(List<Trouble> troubles) {
        return troubles.stream().noneMatch(t -> t.severity() == Severity.COLLATERAL);
    }

    private void examine(PciFunction function) {
        for (Resource resource : function.resources()) {
            if (resource.isWindow() || function.isVirtualFunction()) {
                continue;
            }
            if (!resource.isAssigned()) {
                unassigned(function, resource);
            } else if (resource.refused().isPresent()) {
                add(
                        function,
                        resource,
                        Severity.COSMETIC,
                        Cause.NO_SPACE,
                        describe(resource) + " was to have "
                                + Sizes.human(resource.refused().getAsLong())
                                + " and found no room, so it kept its place; " + room(function, resource));
            } else if (requirement.isRequired(function, resource) && !Works.registerHolds(resource)) {
                String register = resource.hardware()
                        .asRange()
                        .map(r -> String.format("0x%x", r.start()))
                        .orElse("no address");
                add(
                        function,
                        resource,
                        harm(function),
                        Cause.REGISTER_MISMATCH,
                        describe(resource) + " is at " + resource.range().orElseThrow()
                                + " for the kernel, its register holds " + register);
            }
        }
        BusShortage.of(topology, function)
                .ifPresent(shortage -> troubles.add(new Trouble(
                        function.address(),
                        -1,
                        Optional.empty(),
                        OptionalLong.empty(),
                        harm(function),
                        Cause.NO_BUS,
                        "the bridge has no bus number, so nothing below it can be reached: " + shortage.why())));
    }

    private void unassigned(PciFunction function, Resource resource) {
        Optional<Resource> lost = placeBefore(function, resource);
        Cause cause = lost.isPresent() || resource.isOrphan() ? Cause.LOST : Cause.NO_SPACE;
        String was =
                lost.flatMap(Resource::range).map(r -> "was at " + r + " and ").orElse("");
        if (!requirement.isRequired(function, resource) || neverAssigned(function)) {
            boolean vfs = resource.isVfBar()
                    && function.sriov().filter(s -> s.numVfs() > 0).isPresent();
            add(
                    function,
                    resource,
                    vfs ? Severity.COLLATERAL : Severity.COSMETIC,
                    cause,
                    describe(resource) + " " + was + "has no address"
                            + (vfs ? " while VFs are enabled" : "; it is optional"));
            return;
        }
        add(
                function,
                resource,
                lost.isPresent() || drivenOrphan(function, resource) ? Severity.COLLATERAL : harm(function),
                cause,
                describe(resource) + " " + was + "has no address; " + room(function, resource));
    }

    /**
     * Whether the kernel took this place from a device that worked, though nothing is remembered of it.
     *
     * <p>{@code pci_enable_resources} refuses a device one of whose sized BARs is not claimed. So whoever drives a device
     * with an orphan bound before the BAR was released. Other BARs that still have addresses prove less: the retry after
     * a failed hot-add ({@code pci_assign_unassigned_bridge_resources}) releases the newcomer's own BARs too, and only
     * those below windows of the failed kind. A device without a driver is therefore taken for one that never worked.
     */
    private static boolean drivenOrphan(PciFunction function, Resource resource) {
        return resource.isOrphan() && function.driver().isPresent();
    }

    /** Host bridges, interrupt controllers and functions without a class: the kernel leaves their BARs alone. */
    private static boolean neverAssigned(PciFunction function) {
        int code = function.classAndSubclass();
        return code == 0 || code == 0x0600 || code == 0x0800;
    }

    private Optional<Resource> placeBefore(PciFunction function, Resource resource) {
        return history.lastGood()
                .flatMap(t -> t.find(function.address()))
                .filter(f -> f.ids().equals(function.ids()))
                .flatMap(f -> f.resource(resource.index()))
                .filter(Resource::isAssigned);
    }

    private boolean worked(PciAddress address) {
        Optional<PciFunction> then = history.lastGood().flatMap(t -> t.find(address));
        return then.isPresent()
                && then.get().ids().equals(topology.get(address).ids())
                && before.orElseThrow().works(address);
    }

    private Severity harm(PciFunction function) {
        return worked(function.address()) ? Severity.COLLATERAL : Severity.FATAL;
    }

    private String room(PciFunction function, Resource resource) {
        List<Space> around = Spaces.around(topology, function).stream()
                .filter(s -> s.kind().isIo() == resource.kind().isIo())
                .toList();
        if (around.isEmpty()) {
            return function.parent()
                    .map(p -> Spaces.missingWindow(
                            topology.get(p), resource.kind().isIo()))
                    .orElseGet(() -> topology.hostBridgeOf(function.address()).complete()
                            ? "the host bridge has no aperture for it"
                            : "the apertures of its host bridge are unknown");
        }
        Space best = around.stream()
                .max((a, b) -> Long.compareUnsigned(a.largestFreeBytes(), b.largestFreeBytes()))
                .orElseThrow();
        return "the largest free piece above it is " + Sizes.human(best.largestFreeBytes()) + ", in the " + best.name();
    }

    private void add(PciFunction function, Resource resource, Severity severity, Cause cause, String why) {
        troubles.add(new Trouble(
                function.address(),
                resource.index(),
                Optional.of(resource.kind()),
                resource.size(),
                severity,
                cause,
                why));
    }

    static String describe(Resource resource) {
        String size = resource.size().isPresent() ? Sizes.human(resource.size().getAsLong()) : "size unknown";
        String name = resource.isWindow() ? resource.kind().label() + " window" : resource.name();
        return resource.isWindow() ? name : name + " (" + resource.kind().label() + ", " + size + ")";
    }
}
