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

    private static final int MOST_ATTEMPTS = 40;

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
        Price price = priceForAll(result);
        Goal goal = Goal.of(request.topology(), request.history(), request.wished());
        if (goal.targets().isEmpty()) {
            return;
        }
        BruteForce force = new BruteForce(request, goal);
        Optional<Cost> better = force.below(price);
        tally.played.addAndGet(force.played());
        if (better.isPresent()) {
            Cost cost = better.get();
            tally.failures.add(
                    "seed " + seed + ", " + request.topology().kernel().release() + ": " + result.outcome() + " at "
                            + price + ", brute force " + cost.price() + ": "
                            + cost.set().describe(request.topology()) + " for " + goal.targets());
        }
    }

    /** What a plan of one round for everybody costs. */
    private static Price priceForAll(PlanResult result) {
        return result instanceof PlanResult.Feasible found
                        && found.plan().leftOut().isEmpty()
                        && found.plan().rounds().size() == 1
                ? Price.of(found.plan())
                : Price.MOST;
    }

    /** The same with two rounds, on a machine where one does not do; each seed makes one, if any of its attempts does. */
    static void noWorseThanBruteForceInTwoRounds(long seed, int mostFunctions, Tally tally) {
        for (long attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Optional<PlanRequest> asked = RandomTroubles.request(seed * MOST_ATTEMPTS + attempt, mostFunctions);
            if (asked.isPresent()) {
                PlanRequest request = asked.get();
                Goal goal = Goal.of(request.topology(), request.history(), request.wished());
                PlanResult result = Planner.plan(request);
                if (!goal.targets().isEmpty() && priceForAll(result).equals(Price.MOST)) {
                    tally.count(result);
                    twoRounds("seed " + seed + "/" + attempt, request, goal, result, tally);
                    return;
                }
            }
        }
        tally.quiet.incrementAndGet();
    }

    private static void twoRounds(String where, PlanRequest request, Goal goal, PlanResult result, Tally tally) {
        Price price = Price.MOST;
        if (result instanceof PlanResult.Feasible found
                && found.plan().leftOut().isEmpty()) {
            price = Price.of(found.plan());
            tally.inTwo.incrementAndGet();
        }
        Price cost = price;
        BruteForce force = new BruteForce(request, goal);
        force.twoBelow(price)
                .ifPresent(better -> tally.failures.add(
                        where + ", " + request.topology().kernel().release() + ": " + result.outcome() + " at " + cost
                                + ", brute force " + better));
        tally.played.addAndGet(force.played());
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
