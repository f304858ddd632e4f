package io.barkeeper.plan;

import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Policy;
import java.util.Optional;

/** What must hold of the planner's answer on every machine; a breach is a sentence that names the seed. */
final class PlanChecks {

    private PlanChecks() {}

    /** The planner finds a plan where brute force does, and none that costs more. */
    static void noWorseThanBruteForce(long seed, int mostFunctions, Tally tally) {
        Optional<PlanRequest> asked = RandomTroubles.request(seed, mostFunctions);
        if (asked.isEmpty()) {
            tally.quiet.incrementAndGet();
            return;
        }
        PlanRequest request = asked.get();
        PlanResult result = Planner.plan(request);
        tally.count(result);
        long disturbance = Long.MAX_VALUE;
        int steps = Integer.MAX_VALUE;
        if (result instanceof PlanResult.Feasible found
                && found.plan().leftOut().isEmpty()) {
            disturbance = found.plan().disturbs().stream()
                    .mapToLong(Plan.Disturbance::cost)
                    .sum();
            steps = found.plan().actions().size();
        }
        Goal goal = Goal.of(request.topology(), request.history(), request.wished());
        if (goal.targets().isEmpty()) {
            return;
        }
        BruteForce force = new BruteForce(request, goal);
        Optional<Cost> better = force.below(disturbance, steps);
        tally.played.addAndGet(force.played());
        if (better.isPresent()) {
            Cost cost = better.get();
            tally.failures.add(
                    "seed " + seed + ", " + request.topology().kernel().release() + ": "
                            + result.outcome() + " at " + disturbance + " in " + steps + " steps, brute force "
                            + cost.disturbance() + " in " + cost.steps() + " steps: "
                            + cost.set().describe(request.topology()) + " for " + goal.targets());
        }
    }

    /** Nobody who worked is worse off after any round or after the way back, and nobody is released who may not be. */
    static void nobodyIsWorseOff(long seed, int mostFunctions, Tally tally) {
        Optional<PlanRequest> asked = RandomTroubles.ofAnySize(seed, mostFunctions);
        if (asked.isEmpty()) {
            tally.quiet.incrementAndGet();
            return;
        }
        PlanRequest request = asked.get();
        tally.functions(request.topology().functions().size());
        PlanResult result = Planner.plan(request);
        tally.count(result);
        if (result instanceof PlanResult.Feasible found) {
            Plan plan = found.plan();
            History history = request.history().seen(request.topology(), false);
            String where = "seed " + seed + ", " + request.topology().kernel().release();
            for (Plan.Round round : plan.rounds()) {
                unharmed(history, request.topology(), round.after(), where + ", plan: ", tally);
                for (PciAddress address : round.released()) {
                    if (!Policy.mayMove(request.movability(), address)) {
                        tally.failures.add(where + ": " + address + " may not be released");
                    }
                }
            }
            unharmed(history, request.topology(), plan.fallback().result(), where + ", way back: ", tally);
        }
    }

    private static void unharmed(History history, Topology start, Topology after, String where, Tally tally) {
        Works before = new Works(start, history);
        Works later = new Works(after, history);
        for (PciFunction function : start.functions()) {
            if (before.works(function.address())) {
                later.shortcoming(function.address()).ifPresent(s -> tally.failures.add(where + s));
            }
        }
    }
}
