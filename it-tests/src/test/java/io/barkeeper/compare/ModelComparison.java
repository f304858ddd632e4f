package io.barkeeper.compare;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanRequest;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.plan.RandomTroubles;
import io.barkeeper.policy.Policy;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The four ways on a machine of the kernel model. */
final class ModelComparison {

    private final PlanRequest request;
    private final KernelModel model;
    private final Trouble trouble;

    private ModelComparison(PlanRequest request) {
        this.request = request;
        this.model = request.model().quiet();
        Set<PciAddress> inUse = new HashSet<>();
        for (PciFunction function : request.topology().functions()) {
            if (!function.isBridge() && !Policy.mayMove(request.movability(), function.address())) {
                inUse.add(function.address());
            }
        }
        this.trouble = new Trouble(request.topology(), request.history(), inUse);
    }

    /** What each way makes of this seed's machine; empty when nothing went wrong there. */
    static Optional<Map<Way, Outcome>> of(long seed, int mostFunctions) {
        return RandomTroubles.request(seed, mostFunctions)
                .map(ModelComparison::new)
                .map(ModelComparison::play);
    }

    private Map<Way, Outcome> play() {
        Map<Way, Outcome> outcomes = new EnumMap<>(Way.class);
        outcomes.put(Way.KERNEL, trouble.judge(trouble.now(), Set.of()));
        Set<PciAddress> takenOut = new TreeSet<>();
        Topology nearest = script(trouble.now(), false, takenOut);
        outcomes.put(Way.NEAREST_BRIDGE, trouble.judge(nearest, takenOut));
        Topology root = script(nearest, true, takenOut);
        outcomes.put(Way.ROOT_PORT, trouble.judge(root, takenOut));
        outcomes.put(Way.BARKEEPER, barkeeper());
        return outcomes;
    }

    /** Removes a bridge above each device in trouble that does not work yet, then rescans. */
    private Topology script(Topology from, boolean root, Set<PciAddress> takenOut) {
        Topology now = from;
        for (PciAddress device : Script.inTrouble(trouble)) {
            Optional<PciAddress> bridge = Script.bridgeAbove(now, device, root);
            if (bridge.isPresent() && !Script.works(trouble, now, device)) {
                now.subtree(bridge.get()).forEach(f -> takenOut.add(f.address()));
                now = model.apply(now, new Action.Remove(bridge.get())).after();
                now = model.apply(now, new Action.RescanAll()).after();
            }
        }
        return now;
    }

    private Outcome barkeeper() {
        PlanResult result = Planner.plan(request);
        if (!(result instanceof PlanResult.Feasible feasible)) {
            return trouble.judge(trouble.now(), Set.of());
        }
        Set<PciAddress> takenOut = new TreeSet<>();
        List<Plan.Round> rounds = feasible.plan().rounds();
        for (Plan.Round round : rounds) {
            round.released().forEach(r -> trouble.now().subtree(r).forEach(f -> takenOut.add(f.address())));
        }
        return trouble.judge(rounds.get(rounds.size() - 1).after(), takenOut);
    }
}
