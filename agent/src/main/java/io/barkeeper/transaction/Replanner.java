package io.barkeeper.transaction;

import io.barkeeper.diagnosis.History;
import io.barkeeper.journal.PriorFunction;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanRequest;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Policy;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans anew where the proven way back has not given everybody back what they had, since the machine is no longer the one
 * that it was proven on: another device has arrived and taken room, or one came back with larger BARs.
 *
 * <p>It is a plan like any other, searched and proven on the kernel model from the machine as it is now. What the
 * transaction has taken out may be taken out again, unless somebody has begun to use it; what it has not, stays, but for
 * devices that came in the meantime. To those and to the newcomers nothing is owed: they did not work before.
 */
final class Replanner {

    private final Machine machine;
    private final PolicyRules rules;

    Replanner(Machine machine, PolicyRules rules) {
        this.machine = machine;
        this.rules = rules;
    }

    /** The steps of the first round of the cheapest plan; nothing when there is none. */
    Event.Replanned replan(Prior prior, Command.Replan wish) {
        Topology now = wish.now();
        try {
            PlanResult result = Planner.plan(question(prior, wish));
            if (result instanceof PlanResult.Feasible feasible
                    && !feasible.plan().rounds().isEmpty()) {
                Plan.Round round = feasible.plan().rounds().get(0);
                return new Event.Replanned(round.actions(), above(now, round.released()));
            }
            return Event.Replanned.NOTHING;
        } catch (MachineException e) {
            return Event.Replanned.NOTHING;
        }
    }

    private PlanRequest question(Prior prior, Command.Replan wish) throws MachineException {
        Topology now = wish.now();
        Set<PciAddress> unowed = new HashSet<>(prior.newcomers());
        now.functions().forEach(f -> unowed.add(f.address()));
        Set<ResourceId> assigned = new HashSet<>();
        for (PriorFunction was : prior.functions()) {
            if (!prior.newcomers().contains(was.address())) {
                unowed.remove(was.address());
            }
            was.rows().stream()
                    .filter(r -> r.range().isPresent())
                    .forEach(r -> assigned.add(new ResourceId(was.address(), r.index())));
        }
        return new PlanRequest(
                        now,
                        new History(Optional.empty(), assigned),
                        movability(prior, wish, unowed),
                        KernelModels.forKernel(now.kernel()))
                .withConfigWritable(machine.configWritable())
                .repairing(wish.broken(), unowed);
    }

    private Map<PciAddress, Movability> movability(Prior prior, Command.Replan wish, Set<PciAddress> unowed)
            throws MachineException {
        Topology now = wish.now();
        Set<PciAddress> taken = new HashSet<>(unowed);
        prior.released().forEach(f -> taken.add(f.address()));
        Usage usage = machine.usage(now, asked(now, taken));
        Map<PciAddress, Movability> judged = Policy.judge(now, usage, rules);
        Map<PciAddress, Movability> verdicts = new HashMap<>();
        for (PciFunction function : now.functions()) {
            PciAddress address = function.address();
            if (wish.spared().contains(address)) {
                verdicts.put(address, new Movability.Busy(List.of(), "it could not be quiesced on the way back"));
            } else if (prior.released().stream().anyMatch(f -> f.address().equals(address))
                    && usage.of(address).isEmpty()) {
                verdicts.put(address, new Movability.Free("the transaction took it out"));
            } else if (function.isBridge() || taken.contains(address)) {
                verdicts.put(address, judged.get(address));
            } else {
                verdicts.put(address, new Movability.Pinned("the transaction did not take it out"));
            }
        }
        return verdicts;
    }

    private static List<PciAddress> asked(Topology now, Set<PciAddress> taken) {
        return now.functions().stream()
                .filter(f -> taken.contains(f.address())
                        && !f.isBridge()
                        && f.driver().isPresent())
                .map(PciFunction::address)
                .toList();
    }

    private static List<PciAddress> above(Topology now, List<PciAddress> released) {
        Set<PciAddress> above = new LinkedHashSet<>();
        for (PciAddress address : released) {
            now.ancestors(address).forEach(b -> above.add(b.address()));
        }
        above.removeAll(Set.copyOf(released));
        return new ArrayList<>(above);
    }
}
