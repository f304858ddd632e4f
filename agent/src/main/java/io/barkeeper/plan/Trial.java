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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tries one release set on the model: whether the machine is what is wanted in the end, and what it is after each action.
 * The end is looked at first, in one go, since most sets do not do.
 */
final class Trial {

    private final Goal goal;
    private final KernelModel model;
    private final ReleaseSet set;
    private final List<Action> actions;
    private final Map<Integer, Topology> states = new HashMap<>();
    private final List<Doubt> doubts = new ArrayList<>();
    private final Optional<String> failure;

    private Trial(Goal goal, KernelModel model, ReleaseSet set, boolean configWritable) {
        this.goal = goal;
        this.model = model;
        this.set = set;
        this.actions = set.actions(goal.start(), configWritable);
        this.failure = orphanInScope(actions.get(actions.size() - 1)).or(this::play);
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

    /** The state after so many actions. */
    Topology after(int count) {
        return states.computeIfAbsent(
                count, n -> model.applyAll(goal.start(), actions.subList(0, n)).after());
    }

    /** The state after the last action. */
    Topology last() {
        return after(actions.size());
    }

    /** The state before the rescan. */
    Topology emptied() {
        return after(actions.size() - 1);
    }

    /** Why it does not do, one sentence; empty when the goal is reached. */
    Optional<String> failure() {
        return failure;
    }

    /** What the model cannot know of the state after the last action. */
    List<Doubt> doubts() {
        return doubts;
    }

    /**
     * A released but still sized resource of a function outside the set becomes zero in a rescan, or is rewritten under
     * a live driver.
     *
     * @param rescan that of the release, or of a way back
     */
    Optional<String> orphanInScope(Action rescan) {
        if (!goal.hasOrphans()) {
            return Optional.empty();
        }
        Topology start = goal.start();
        Set<PciAddress> released =
                set.released(start).stream().map(PciFunction::address).collect(Collectors.toSet());
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
        Prediction end = model.applyAll(goal.start(), actions);
        states.put(actions.size(), end.after());
        if (!end.isCertain()) {
            doubts.addAll(end.doubts());
            return Optional.of("what these steps do is uncertain: " + describe(end.doubts()));
        }
        return reachedAbove(end).or(() -> goal.missingIn(end.after())).or(() -> noRoom(end.after()));
    }

    /**
     * What a resize of a bridge finds no place for at first makes the kernel release windows on the bus where that sits. On
     * the bus above the bridge these are the windows of live neighbours; whether they come back is not waited for.
     */
    Optional<String> reachedAbove(Prediction end) {
        if (set.finding() != ReleaseSet.Finding.RESIZING || end.homeless().isEmpty()) {
            return Optional.empty();
        }
        PciAddress bridge = goal.start().get(set.roots().get(0)).parent().orElseThrow();
        return end.homeless().stream()
                .sorted()
                .filter(h -> h.equals(bridge) || !end.after().isAtOrBelow(h, bridge))
                .findFirst()
                .map(h -> "the kernel would release the windows of all bridges beside " + bridge + ", since " + h
                        + " finds no room at first");
    }

    private Optional<String> noRoom(Topology after) {
        return goal.reserves().stream()
                .flatMap(r -> r.missingIn(goal, model, after).stream())
                .findFirst();
    }

    static String describe(List<Doubt> doubts) {
        return doubts.stream().limit(2).map(d -> d.address() + ": " + d.why()).collect(Collectors.joining("; "));
    }
}
