package io.barkeeper.transaction;

import io.barkeeper.journal.PriorFunction;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.Effect;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Sriov;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What can be put back without taking anything out: drivers, pciehp services, decode bits and VFs that the prior machine
 * had, and the earlier size of a resizable BAR. A driver that sits on a function whose BAR has no address is unbound instead.
 */
final class Repair {

    /** The Resizable BAR capability counts from 1 MiB (PCIe 6.0, 7.8.6). */
    private static final long SMALLEST_RESIZABLE = 1 << 20;

    private Repair() {}

    /** Nothing, when all of it is as before. Bridges come before what is below them. */
    static List<Command> of(Prior prior, Topology now) {
        List<Command> commands = new ArrayList<>();
        for (PriorFunction was : prior.released()) {
            if (prior.owes(was)) {
                now.find(was.address()).ifPresent(is -> {
                    List<Command> resizing = resized(was, is, prior, now);
                    commands.addAll(resizing.isEmpty() ? of(was, is) : resizing);
                });
            } else if (!was.virtual()) {
                now.find(was.address()).ifPresent(is -> commands.addAll(unowed(was, is)));
            }
        }
        for (PriorFunction was : prior.released()) {
            now.find(was.address()).ifPresent(is -> {
                if (was.pciehp() && !Comparison.pciehp(is)) {
                    commands.add(new Command.Do(new Effect.BindPciehp(was.address())));
                }
            });
        }
        commands.addAll(vfs(prior, now));
        return commands;
    }

    /**
     * A resizable BAR that came back in another size, as after a loss of power, is given its earlier one: without a driver,
     * through {@code resourceN_resize}. Only where the model says that it then has room and that nobody else is harmed.
     */
    private static List<Command> resized(PriorFunction was, PciFunction is, Prior prior, Topology now) {
        for (PriorFunction.Row row : was.rows()) {
            OptionalLong size = is.resource(row.index()).map(Resource::size).orElse(OptionalLong.empty());
            boolean other = row.index() < Resource.ROM
                    && row.size() >= SMALLEST_RESIZABLE
                    && size.isPresent()
                    && size.getAsLong() != row.size()
                    && !row.kind().equals(ResourceKind.IO.name());
            Action.Resize resize = new Action.Resize(was.address(), row.index(), row.size());
            if (other && helps(resize, prior, now)) {
                List<Command> commands = new ArrayList<>();
                is.driver().ifPresent(d -> commands.add(new Command.Do(new Effect.Quiesce(was.address()))));
                commands.add(act(resize));
                if (!was.driver().isEmpty()) {
                    commands.add(act(new Action.Bind(was.address(), was.driver())));
                }
                return commands;
            }
        }
        return List.of();
    }

    private static boolean helps(Action.Resize resize, Prior prior, Topology now) {
        Topology after = KernelModels.forKernel(now.kernel())
                .applyAll(now, List.of(new Action.Unbind(resize.address()), resize))
                .after();
        boolean fits = after.find(resize.address())
                .flatMap(f -> f.resource(resize.bar()))
                .filter(r -> r.isAssigned() && r.size().equals(OptionalLong.of(resize.size())))
                .isPresent();
        Set<PciAddress> harmed = new HashSet<>(Comparison.harmed(prior, after));
        harmed.remove(resize.address());
        return fits && Comparison.harmed(prior, now).containsAll(harmed);
    }

    /** Who did not work before gets its driver back all the same, where it has as much as it had. */
    private static List<Command> unowed(PriorFunction was, PciFunction is) {
        return !was.driver().isEmpty() && is.driver().isEmpty() && isPlaced(was, is)
                ? List.of(act(new Action.Bind(was.address(), was.driver())))
                : List.of();
    }

    private static List<Command> of(PriorFunction was, PciFunction is) {
        boolean placed = isPlaced(was, is);
        if (!was.driver().isEmpty() && is.driver().isEmpty() && placed) {
            return List.of(act(new Action.Bind(was.address(), was.driver())));
        }
        if (is.driver().isPresent() && !is.isBridge() && !placed) {
            return List.of(new Command.Do(new Effect.Quiesce(was.address())));
        }
        int decode = PciFunction.COMMAND_IO | PciFunction.COMMAND_MEMORY;
        boolean decoded = was.command() != -1 && (was.command() & decode) != 0;
        boolean decodes = is.command().isEmpty() || (is.command().getAsInt() & decode) != 0;
        if (was.driver().isEmpty() && decoded && !decodes && placed) {
            return List.of(act(new Action.Decode(was.address(), true)));
        }
        return List.of();
    }

    /** Every BAR that had an address has one again. */
    private static boolean isPlaced(PriorFunction was, PciFunction is) {
        return was.rows().stream()
                .filter(r -> r.index() < Resource.ROM && r.range().isPresent())
                .allMatch(r -> is.resource(r.index()).map(Resource::isAssigned).orElse(false));
    }

    /** VFs that were enabled, where their PF has its driver and none is enabled now. */
    static List<Command> vfs(Prior prior, Topology now) {
        List<Command> commands = new ArrayList<>();
        for (PriorFunction was : prior.released()) {
            now.find(was.address()).ifPresent(is -> {
                int enabled = is.sriov().map(Sriov::numVfs).orElse(0);
                if (was.numVfs() > 0 && enabled == 0 && !was.driver().isEmpty() && prior.owes(was)) {
                    commands.add(act(new Action.NumVfs(was.address(), was.numVfs())));
                }
            });
        }
        return commands;
    }

    private static Command act(Action action) {
        return new Command.Do(new Effect.Act(action));
    }
}
