package io.barkeeper.transaction;

import io.barkeeper.journal.PriorFunction;
import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Effect;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The actions of a plan as commands, in the order that keeps a machine safe: survivors are held awake, each endpoint is
 * asked again before its driver is unbound, the pciehp services of the ports that leave are unbound before the first
 * remove (a remove that meets a slot's interrupt thread deadlocks the PCI core), and the machine is looked at after each
 * remove.
 */
final class Script {

    private Script() {}

    /** The bridges above the release sets of all rounds that stay, nearest first. */
    static List<PciAddress> survivors(Plan plan) {
        Set<PciAddress> released = new HashSet<>();
        plan.rounds().forEach(r -> released.addAll(r.released()));
        Set<PciAddress> above = new LinkedHashSet<>();
        for (PciAddress address : released.stream().sorted().toList()) {
            if (plan.start().find(address).isPresent()) {
                plan.start().ancestors(address).forEach(b -> above.add(b.address()));
            }
        }
        for (PciAddress newcomer : plan.newcomers()) {
            if (plan.start().find(newcomer).isPresent()) {
                plan.start().ancestors(newcomer).forEach(b -> above.add(b.address()));
            }
        }
        above.removeAll(released);
        return List.copyOf(above);
    }

    /** The bridges above a later round's release set that an earlier round took out: they came back without settings. */
    private static List<PciAddress> foundAgain(Plan plan, int number) {
        Set<PciAddress> earlier = new HashSet<>();
        plan.rounds().subList(0, number).forEach(r -> earlier.addAll(r.released()));
        List<PciAddress> released = plan.rounds().get(number).released();
        Set<PciAddress> above = new LinkedHashSet<>();
        for (PciAddress address : released) {
            if (plan.start().find(address).isPresent()) {
                plan.start().ancestors(address).forEach(b -> above.add(b.address()));
            }
        }
        above.retainAll(earlier);
        above.removeAll(Set.copyOf(released));
        return List.copyOf(above);
    }

    /** Everything of a round before its first rescan. */
    static List<Command> release(Plan plan, int number, Topology now) {
        Plan.Round round = plan.rounds().get(number);
        List<Command> commands = new ArrayList<>();
        List<PciAddress> survivors = number == 0 ? survivors(plan) : foundAgain(plan, number);
        if (!survivors.isEmpty()) {
            commands.add(new Command.Do(new Effect.HoldAwake(survivors)));
        }
        commands.addAll(releasing(beforeRescan(round.actions()), round.released(), now));
        return commands;
    }

    /** The rescans of a round and what comes after them. */
    static List<Command> rescan(Plan plan, int number) {
        List<Action> actions = plan.rounds().get(number).actions();
        return actions.subList(beforeRescan(actions).size(), actions.size()).stream()
                .map(Script::toCommand)
                .toList();
    }

    static List<Command> verify(Prior prior) {
        List<Command> commands = new ArrayList<>(overrides(prior));
        Map<PciAddress, String> drivers = prior.drivers();
        if (!drivers.isEmpty()) {
            commands.add(new Command.Do(new Effect.AwaitDrivers(drivers)));
        }
        Map<PciAddress, List<String>> attachments = prior.attachments();
        if (!attachments.isEmpty()) {
            commands.add(new Command.Do(new Effect.AwaitAttachments(attachments)));
        }
        commands.add(new Command.Look("compare registers, sysfs, drivers, disks and interfaces"));
        return commands;
    }

    /** Before drivers are waited for: without its override a function has been given to another driver. */
    private static List<Command> overrides(Prior prior) {
        List<Command> commands = new ArrayList<>();
        for (PriorFunction was : prior.released()) {
            String override = prior.overrides().get(was.address());
            if (override != null) {
                commands.add(new Command.Do(new Effect.RestoreOverride(was.address(), override, was.driver())));
            }
        }
        return commands;
    }

    /**
     * The way back as commands for the machine as it is now: what has gone already is not removed again.
     *
     * @param spared functions that are in use: neither they nor a bridge above them is touched, and nothing is
     *     rescanned while one of them holds a resource that the kernel has released, for a rescan would wipe or move it
     */
    static List<Command> fallback(List<Action> steps, Topology now, Set<PciAddress> spared) {
        Set<PciAddress> kept = new HashSet<>();
        boolean orphans = false;
        for (PciAddress address : spared) {
            if (now.find(address).isPresent()) {
                kept.add(address);
                now.ancestors(address).forEach(b -> kept.add(b.address()));
                orphans |= now.get(address).resources().stream().anyMatch(Resource::isOrphan);
            }
        }
        if (orphans) {
            return List.of();
        }
        return fallback(steps.stream().filter(a -> !touches(a, kept)).toList(), now);
    }

    private static boolean touches(Action action, Set<PciAddress> kept) {
        return subject(action).map(kept::contains).orElse(false);
    }

    /** The function that an action before a rescan changes. */
    private static Optional<PciAddress> subject(Action action) {
        if (action instanceof Action.Remove a) {
            return Optional.of(a.address());
        }
        if (action instanceof Action.Unbind a) {
            return Optional.of(a.address());
        }
        if (action instanceof Action.Decode a) {
            return Optional.of(a.address());
        }
        if (action instanceof Action.Window a) {
            return Optional.of(a.address());
        }
        return action instanceof Action.NumVfs a ? Optional.of(a.address()) : Optional.empty();
    }

    private static List<Command> fallback(List<Action> steps, Topology now) {
        List<Action> possible =
                steps.stream().filter(a -> subjectIsThere(a, now)).toList();
        Set<PciAddress> leaving = new LinkedHashSet<>();
        for (Action action : possible) {
            if (action instanceof Action.Remove remove) {
                now.subtree(remove.address()).forEach(f -> leaving.add(f.address()));
            }
        }
        List<Action> before = beforeRescan(possible);
        List<Command> commands = new ArrayList<>(releasing(before, leaving, now));
        commands.removeIf(Command.Look.class::isInstance);
        for (Action action : possible.subList(before.size(), possible.size())) {
            commands.add(toCommand(reaching(action, now, leaving)));
        }
        return commands;
    }

    /** A rescan through a function that has gone since is made through another one on its bus, or the bridge above. */
    private static Action reaching(Action rescan, Topology now, Set<PciAddress> leaving) {
        if (!(rescan instanceof Action.Rescan one) || now.find(one.address()).isPresent()) {
            return rescan;
        }
        PciAddress gone = one.address();
        return now.functions().stream()
                .filter(f ->
                        f.address().domain() == gone.domain() && f.address().bus() == gone.bus())
                .filter(f -> !f.isVirtualFunction() && !leaving.contains(f.address()))
                .findFirst()
                .or(() -> now.bridgeTo(gone.domain(), gone.bus()))
                .<Action>map(f -> new Action.Rescan(f.address()))
                .orElseGet(Action.RescanAll::new);
    }

    private static boolean subjectIsThere(Action action, Topology now) {
        if (action instanceof Action.Unbind a) {
            return now.find(a.address()).flatMap(PciFunction::driver).isPresent();
        }
        return subject(action).map(a -> now.find(a).isPresent()).orElse(true);
    }

    private static List<Command> releasing(List<Action> actions, Collection<PciAddress> leaving, Topology now) {
        List<Command> commands = new ArrayList<>();
        boolean removing = false;
        for (Action action : actions) {
            if (action instanceof Action.Remove && !removing) {
                removing = true;
                hotplugPorts(leaving, now).forEach(p -> commands.add(new Command.Do(new Effect.UnbindPciehp(p))));
            }
            commands.add(toCommand(action));
            if (action instanceof Action.Remove remove) {
                commands.add(new Command.Look("compare after removing " + remove.address()));
            }
        }
        return commands;
    }

    private static List<PciAddress> hotplugPorts(Collection<PciAddress> leaving, Topology now) {
        return leaving.stream()
                .filter(a -> now.find(a)
                        .flatMap(PciFunction::bridge)
                        .map(Bridge::pciehp)
                        .orElse(false))
                .toList();
    }

    static Command toCommand(Action action) {
        if (action instanceof Action.Unbind unbind) {
            return new Command.Do(new Effect.Quiesce(unbind.address()));
        }
        return new Command.Do(new Effect.Act(action));
    }

    static boolean isRescan(Action action) {
        return action instanceof Action.RescanAll
                || action instanceof Action.Rescan
                || action instanceof Action.RescanBus;
    }

    private static List<Action> beforeRescan(List<Action> actions) {
        for (int i = 0; i < actions.size(); i++) {
            if (isRescan(actions.get(i))) {
                return actions.subList(0, i);
            }
        }
        return actions;
    }

    /** Commands of a whole plan, for "step n of m": an estimate until the way is known. */
    static int length(Plan plan) {
        int all = 1;
        for (int i = 0; i < plan.rounds().size(); i++) {
            all += release(plan, i, plan.start()).size();
            all += rescan(plan, i).size() + verifyLength();
        }
        return all + 1;
    }

    static int lengthAfterRelease(Plan plan, int round) {
        return rescan(plan, round).size() + lengthAfterRescan(plan, round);
    }

    static int lengthAfterRescan(Plan plan, int round) {
        return verifyLength() + lengthAfterVerify(plan, round);
    }

    static int lengthAfterVerify(Plan plan, int round) {
        int all = 1;
        for (int i = round + 1; i < plan.rounds().size(); i++) {
            all += release(plan, i, plan.start()).size() + rescan(plan, i).size() + verifyLength();
        }
        return all;
    }

    private static int verifyLength() {
        return 3;
    }
}
