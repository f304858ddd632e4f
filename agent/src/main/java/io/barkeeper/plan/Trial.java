package io.barkeeper.plan;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.Doubt;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Tries one release set on the model: what the machine is after each action, and whether that is what is wanted. */
final class Trial {

    private final Goal goal;
    private final KernelModel model;
    private final ReleaseSet set;
    private final List<Action> actions;
    private final List<Topology> states = new ArrayList<>();
    private final Optional<String> failure;

    private Trial(Goal goal, KernelModel model, ReleaseSet set, boolean configWritable) {
        this.goal = goal;
        this.model = model;
        this.set = set;
        this.actions = set.actions(goal.start(), configWritable);
        this.failure = orphanInScope().or(this::play);
    }

    static Trial of(Goal goal, KernelModel model, ReleaseSet set, boolean configWritable) {
        return new Trial(goal, model, set, configWritable);
    }

    ReleaseSet set() {
        return set;
    }

    List<Action> actions() {
        return actions;
    }

    /** The state before the first action, after the first, and so on; shorter when the trial failed early. */
    List<Topology> states() {
        return states;
    }

    Topology last() {
        return states.get(states.size() - 1);
    }

    /** Why it does not do, one sentence; empty when the goal is reached. */
    Optional<String> failure() {
        return failure;
    }

    /**
     * A released but still sized resource of a function outside the set becomes zero in a rescan, or is rewritten under
     * a live driver.
     */
    private Optional<String> orphanInScope() {
        Topology start = goal.start();
        Set<PciAddress> released =
                set.released(start).stream().map(PciFunction::address).collect(Collectors.toSet());
        Action rescan = actions.get(actions.size() - 1);
        for (PciFunction function : Rescans.scope(start, rescan)) {
            Optional<Resource> orphan = released.contains(function.address())
                    ? Optional.empty()
                    : function.resources().stream().filter(Resource::isOrphan).findFirst();
            if (orphan.isPresent()) {
                return Optional.of("its rescan would reach " + function.address() + ", whose "
                        + orphan.get().name()
                        + " the kernel has released: it would be wiped or rewritten under its driver");
            }
        }
        return Optional.empty();
    }

    private Optional<String> play() {
        Topology now = goal.start();
        states.add(now);
        for (Action action : actions) {
            Prediction prediction = model.apply(now, action);
            if (!prediction.isCertain()) {
                return Optional.of("what " + action + " does is uncertain: " + describe(prediction.doubts()));
            }
            now = prediction.after();
            states.add(now);
        }
        return goal.missingIn(now);
    }

    static String describe(List<Doubt> doubts) {
        return doubts.stream().limit(2).map(d -> d.address() + ": " + d.why()).collect(Collectors.joining("; "));
    }
}
