package io.barkeeper.plan;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Proves the way back on the model, before anything is touched.
 *
 * <p>Once the first device was removed, there is one way back from everywhere: take out whatever of the release set is
 * there, and rescan through the same bus, with the newcomer still present and competing. It is played from every state
 * in which the plan could stop: after each step, after the last one when reality turned out different and all has to be
 * done again, and after a rescan to which the newcomer did not answer. Every device that worked must work at its end;
 * the newcomer may be left without its BARs. Where closing windows helps, the way back closes them too.
 */
final class WayBack {

    private static final int DECODE = PciFunction.COMMAND_IO | PciFunction.COMMAND_MEMORY;

    private final Goal goal;
    private final KernelModel model;
    private final List<Action> steps;
    private final Map<Topology, Optional<String>> ends = new HashMap<>();

    private WayBack(Goal goal, KernelModel model, List<Action> steps) {
        this.goal = goal;
        this.model = model;
        this.steps = steps;
    }

    /** What came of the proof: the way back, or why there is none. */
    record Proof(Optional<Plan.Fallback> fallback, String why) {}

    static Proof prove(Goal goal, KernelModel model, Trial trial, boolean configWritable) {
        ReleaseSet plain = new ReleaseSet(trial.set().roots(), false);
        WayBack way = new WayBack(goal, model, plain.actions(goal.start(), configWritable));
        Optional<String> gap = way.gap(trial);
        if (gap.isPresent() && configWritable) {
            way = new WayBack(goal, model, plain.withClosing().actions(goal.start(), true));
            gap = way.gap(trial);
        }
        if (gap.isPresent()) {
            return new Proof(Optional.empty(), gap.get());
        }
        Topology result = way.played(trial.last()).after();
        return new Proof(Optional.of(new Plan.Fallback(true, way.steps, result)), "");
    }

    private Optional<String> gap(Trial trial) {
        boolean removing = false;
        for (int i = 0; i < trial.actions().size(); i++) {
            removing |= trial.actions().get(i) instanceof Action.Remove;
            if (removing && !goesOnAsPlanned(trial, i + 1)) {
                Optional<String> lost = end(trial.states().get(i + 1));
                if (lost.isPresent()) {
                    return Optional.of(
                            "no way back is proven after " + trial.actions().get(i) + ": " + lost.get());
                }
            }
        }
        return withoutNewcomers(trial);
    }

    /** True when what the way back does from here is what the plan does, of which the end is known to be good. */
    private boolean goesOnAsPlanned(Trial trial, int next) {
        List<Action> planned = trial.actions().subList(next, trial.actions().size());
        Topology state = trial.states().get(next);
        return !planned.isEmpty()
                && steps.stream().filter(s -> applies(state, s)).toList().equals(planned);
    }

    /** The rescan finds everybody but the newcomers; from there the way back must also lead somewhere. */
    private Optional<String> withoutNewcomers(Trial trial) {
        Set<PciAddress> newcomers = new LinkedHashSet<>();
        goal.targets().stream().filter(t -> !goal.isWorker(t)).forEach(newcomers::add);
        if (newcomers.isEmpty()) {
            return Optional.empty();
        }
        Topology emptied = trial.states().get(trial.states().size() - 2);
        List<PciFunction> left = emptied.detached().stream()
                .filter(f -> !newcomers.contains(f.address()))
                .filter(f -> f.parent().filter(newcomers::contains).isEmpty())
                .toList();
        if (left.size() == emptied.detached().size()) {
            return Optional.empty();
        }
        Action rescan = trial.actions().get(trial.actions().size() - 1);
        Prediction alone = model.apply(emptied.with(emptied.functions(), left), rescan);
        if (!alone.isCertain()) {
            return Optional.of(
                    "what a rescan without the newcomer does is uncertain: " + Trial.describe(alone.doubts()));
        }
        return goal.lostIn(alone.after(), newcomers)
                .flatMap(first -> end(alone.after(), newcomers))
                .map(lost -> "if the newcomer did not answer after the rescan: " + lost);
    }

    private Optional<String> end(Topology state) {
        Optional<String> known = ends.get(state);
        if (known == null) {
            known = end(state, Set.of());
            ends.put(state, known);
        }
        return known;
    }

    private Optional<String> end(Topology state, Set<PciAddress> gone) {
        Prediction end = played(state);
        return end.isCertain()
                ? goal.lostIn(end.after(), gone)
                : Optional.of("it is uncertain: " + Trial.describe(end.doubts()));
    }

    private Prediction played(Topology state) {
        Topology now = state;
        Prediction last = new Prediction(state, List.of(), List.of());
        for (Action step : steps) {
            if (applies(now, step)) {
                last = model.apply(now, step);
                if (!last.isCertain()) {
                    return last;
                }
                now = last.after();
            }
        }
        return new Prediction(now, List.of(), last.trace());
    }

    /** Steps of a way back that have nothing to act on are left out: the function is gone, or unbound already. */
    static boolean applies(Topology now, Action step) {
        if (step instanceof Action.Remove remove) {
            return now.find(remove.address()).isPresent();
        }
        if (step instanceof Action.Unbind unbind) {
            return now.find(unbind.address()).flatMap(PciFunction::driver).isPresent();
        }
        if (step instanceof Action.Decode decode) {
            return now.find(decode.address())
                    .filter(f -> f.command().isEmpty() || (f.command().getAsInt() & DECODE) != 0)
                    .isPresent();
        }
        if (step instanceof Action.NumVfs vfs) {
            return now.find(vfs.address())
                    .flatMap(PciFunction::sriov)
                    .filter(s -> s.numVfs() > 0)
                    .isPresent();
        }
        return !(step instanceof Action.Window window)
                || now.find(window.address()).isPresent();
    }
}
