package io.barkeeper.transaction;

import io.barkeeper.journal.PriorFunction;
import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Effect;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Sriov;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;

/**
 * What can be put back without taking anything out: drivers, pciehp services, decode bits and VFs that the prior machine
 * had. A driver that sits on a function whose BAR has no address is unbound instead.
 */
final class Repair {

    private Repair() {}

    /** Nothing, when all of it is as before. Bridges come before what is below them. */
    static List<Command> of(Prior prior, Topology now) {
        List<Command> commands = new ArrayList<>();
        for (PriorFunction was : prior.released()) {
            if (prior.owes(was)) {
                now.find(was.address()).ifPresent(is -> commands.addAll(of(was, is)));
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
