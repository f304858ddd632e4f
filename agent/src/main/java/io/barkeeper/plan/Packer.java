package io.barkeeper.plan;

import io.barkeeper.diagnosis.Space;
import io.barkeeper.diagnosis.Spaces;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.RangeSet;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks for a layout in which everybody works, as if user space could write addresses: where the kernel finds none, it is
 * worth knowing whether there is one.
 *
 * <p>On each bus on which a target, or the topmost bridge above it that may leave, sits, all subtrees that may leave are
 * taken out and laid into what is then free of the windows above, or of the apertures. Who may not leave stays with its
 * windows. Bridges below get windows as the PCI-to-PCI Bridge Architecture 1.2, 3.2.5 has them: I/O in 4 KiB, memory in
 * 1 MiB, and what is prefetchable and 64 bits wide goes into the prefetchable window where every bridge above has a 64-bit
 * one. A layout that is found exists. One that is not found may exist all the same: where there are many subtrees on a bus
 * not every order is tried ({@link Block}), and a BAR may lie in another window than here.
 */
final class Packer {

    static final long IO_GRANULE = 1 << 12;
    static final long MEMORY_GRANULE = 1 << 20;

    private final Goal goal;
    private final Topology topology;
    private final Requirement requirement;
    private final Map<PciAddress, Movability> movability;
    private boolean unreachable;

    private Packer(Goal goal, Map<PciAddress, Movability> movability) {
        this.goal = goal;
        this.topology = goal.start();
        this.requirement = goal.history().requirement();
        this.movability = movability;
    }

    /** Where the three kinds of window lead. */
    private enum Line {
        IO,
        MEMORY,
        PREFETCHABLE
    }

    /** A layout for everybody on the buses of the targets; empty when none was found. */
    static Optional<Layout> find(Goal goal, Map<PciAddress, Movability> movability) {
        Packer packer = new Packer(goal, movability);
        Map<Optional<PciAddress>, PciFunction> buses = new TreeMap<>(Comparator.comparing(
                (Optional<PciAddress> p) -> p.map(PciAddress::toString).orElse("")));
        for (PciAddress target : goal.targets()) {
            Optional<PciFunction> root = packer.topmost(target);
            if (root.isEmpty()) {
                return Optional.empty();
            }
            buses.putIfAbsent(root.get().parent(), root.get());
        }
        List<PlanResult.Place> places = new ArrayList<>();
        for (PciFunction member : buses.values()) {
            if (!packer.layBus(member, places)) {
                return Optional.empty();
            }
        }
        places.sort(Comparator.comparing(PlanResult.Place::range));
        return Optional.of(new Layout(places));
    }

    /** The target itself, or the highest bridge above it, below which everybody may leave. */
    private Optional<PciFunction> topmost(PciAddress target) {
        Optional<PciFunction> highest = Optional.empty();
        List<PciFunction> trail = new ArrayList<>(List.of(topology.get(target)));
        trail.addAll(topology.ancestors(target));
        for (PciFunction at : trail) {
            if (mayLeave(at)) {
                highest = Optional.of(at);
            }
        }
        return highest;
    }

    private boolean mayLeave(PciFunction function) {
        return Policy.whoPins(topology, movability, function.address()).isEmpty();
    }

    private boolean layBus(PciFunction member, List<PlanResult.Place> into) {
        List<PciFunction> roots = topology.onBusOf(member).stream()
                .filter(f -> !f.isVirtualFunction() && mayLeave(f))
                .toList();
        List<Block> io = new ArrayList<>();
        List<Block> memory = new ArrayList<>();
        List<Block> high = new ArrayList<>();
        for (PciFunction root : roots) {
            io.addAll(blocks(root, Line.IO));
            memory.addAll(blocks(root, Line.MEMORY));
            high.addAll(blocks(root, Line.PREFETCHABLE));
        }
        List<Space> spaces = Spaces.around(topology, member);
        List<AddressRange> low = pieces(spaces, roots, Line.MEMORY);
        List<AddressRange> above = pieces(spaces, roots, Line.PREFETCHABLE);
        if (unreachable || !Block.layAll(io, pieces(spaces, roots, Line.IO), into)) {
            return false;
        }
        List<PlanResult.Place> tried = new ArrayList<>();
        if (!above.isEmpty() && Block.layAll(memory, low, tried) && Block.layAll(high, above, tried)) {
            into.addAll(tried);
            return true;
        }
        memory.addAll(high);
        return Block.layAll(memory, low, into);
    }

    /** What is free once these have left. Memory is what lies below 4 GiB and is not prefetchable. */
    private List<AddressRange> pieces(List<Space> spaces, List<PciFunction> roots, Line line) {
        List<PciAddress> leaving = roots.stream().map(PciFunction::address).toList();
        List<AddressRange> pieces = new ArrayList<>();
        for (Space space : spaces) {
            Optional<AddressRange> part = part(space, line);
            RangeSet taken = RangeSet.of(space.occupants().stream()
                    .filter(o -> o.resource()
                            .map(r -> !leaving.contains(r.address()))
                            .orElse(true))
                    .map(Space.Occupant::range)
                    .toList());
            part.map(taken::gapsIn).ifPresent(pieces::addAll);
        }
        pieces.sort(null);
        return pieces;
    }

    private static Optional<AddressRange> part(Space space, Line line) {
        boolean prefetchable = space.kind() == ResourceKind.WINDOW_PREF;
        return switch (line) {
            case IO -> space.kind().isIo() ? Optional.of(space.range()) : Optional.empty();
            case MEMORY ->
                space.kind().isIo() || prefetchable
                        ? Optional.empty()
                        : space.range().intersection(AddressRange.BELOW_4G);
            case PREFETCHABLE ->
                space.kind().isIo()
                        ? Optional.empty()
                        : prefetchable
                                ? Optional.of(space.range())
                                : space.range().intersection(AddressRange.ABOVE_4G);
        };
    }

    /** What a subtree needs of one kind: the BARs of an endpoint one by one, or the window of a bridge. */
    private List<Block> blocks(PciFunction function, Line line) {
        List<Block> blocks = new ArrayList<>();
        if (goal.isWorker(function.address()) || goal.targets().contains(function.address())) {
            for (Resource bar : function.resources()) {
                long size = bar.size().orElse(0);
                if (requirement.isRequired(function, bar)
                        && Long.bitCount(size) == 1
                        && lineOf(function, bar) == line) {
                    ResourceId id = new ResourceId(function.address(), bar.index());
                    blocks.add(new Block(
                            size,
                            List.of(),
                            Optional.of(new PlanResult.Place(
                                    id, function.address() + " " + bar.name(), AddressRange.ofSize(0, size)))));
                }
            }
        }
        List<Block> below = new ArrayList<>();
        topology.childrenOf(function.address()).forEach(c -> below.addAll(blocks(c, line)));
        if (!below.isEmpty()) {
            unreachable |= line == Line.IO
                    && !function.bridge().orElseThrow().windows().io();
            blocks.add(new Block(line == Line.IO ? IO_GRANULE : MEMORY_GRANULE, below, Optional.empty()));
        }
        return blocks;
    }

    private Line lineOf(PciFunction function, Resource bar) {
        if (bar.kind().isIo()) {
            return Line.IO;
        }
        List<PciFunction> above = topology.ancestors(function.address());
        boolean high = above.isEmpty()
                ? bar.kind().is64Bit()
                : bar.kind() == ResourceKind.MEM64_PREF
                        && above.stream()
                                .allMatch(
                                        b -> b.bridge().orElseThrow().windows().pref64());
        return high ? Line.PREFETCHABLE : Line.MEMORY;
    }
}
