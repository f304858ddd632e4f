package io.barkeeper.plan;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.Comparator;
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
 * done again, and after a rescan to which the newcomer or any one neighbour did not answer, be it gone for good or there
 * again, and competing, when the way back is taken. Every device that works now must work at its end; the newcomer may be
 * left without its BARs, and who was in trouble before may be so again. Where closing windows helps, the way back closes them too.
 */
final class WayBack {

    /** Neighbours whose absence is tried, one at a time. */
    private static final int MOST_MISSING = 24;

    private static final int LEAST_MISSING = 3;

    /** Functions played for that, in sum: on a large machine each rescan takes longer. */
    private static final int WORK = 15_000;

    private static final int DECODE = PciFunction.COMMAND_IO | PciFunction.COMMAND_MEMORY;

    private final Goal goal;
    private final KernelModel model;
    private final Trial trial;
    private final List<Action> steps;
    private final Map<Topology, Optional<String>> ends = new HashMap<>();
    private int plays;

    private WayBack(Goal goal, KernelModel model, Trial trial, List<Action> steps) {
        this.goal = goal.harmless();
        this.model = model;
        this.trial = trial;
        this.steps = steps;
    }

    /**
     * What came of the proof.
     *
     * @param fallback the way back, empty when none is proven
     * @param attempt the proven one, or else what would be tried
     * @param why what is not proven, one sentence; empty text when all is
     * @param plays how often the model was asked
     */
    record Proof(Optional<Plan.Fallback> fallback, Plan.Fallback attempt, String why, int plays) {}

    static Proof prove(Goal goal, KernelModel model, Trial trial, boolean configWritable) {
        String why = "";
        int plays = 0;
        Optional<Plan.Fallback> attempt = Optional.empty();
        for (ReleaseSet back : ways(trial.set())) {
            WayBack way = new WayBack(goal, model, trial, back.actions(goal.start(), configWritable));
            Optional<String> gap = way.gap();
            Plan.Fallback fallback = new Plan.Fallback(
                    gap.isEmpty(), way.steps, way.played(trial.last()).after());
            plays += way.plays;
            if (gap.isEmpty()) {
                return new Proof(Optional.of(fallback), fallback, "", plays);
            }
            attempt = attempt.or(() -> Optional.of(fallback));
            why = why.isEmpty() ? gap.get() : why;
        }
        return new Proof(Optional.empty(), attempt.orElseThrow(), why, plays);
    }

    /**
     * Closing first where the plan itself closes, for then the way back is the plan again; otherwise last. Where the plan has a
     * bridge's windows sized anew, a plain rescan may reach who must not be rescanned; then the resize is the way back, too.
     */
    private static List<ReleaseSet> ways(ReleaseSet set) {
        List<ReleaseSet> ways = new ArrayList<>(List.of(set.back(set.closing()), set.back(!set.closing())));
        if (set.finding() == ReleaseSet.Finding.RESIZING) {
            ways.add(set);
        }
        return ways;
    }

    private Optional<String> gap() {
        Optional<String> reached = trial.orphanInScope(steps.get(steps.size() - 1));
        if (reached.isPresent()) {
            return reached.map(r -> "no way back is proven: " + r);
        }
        boolean removing = false;
        for (int i = 0; i < trial.actions().size(); i++) {
            plays++;
            removing |= trial.actions().get(i) instanceof Action.Remove;
            if (removing && !goesOnAsPlanned(i + 1)) {
                Optional<String> lost = end(trial.after(i + 1));
                if (lost.isPresent()) {
                    return Optional.of(
                            "no way back is proven after " + trial.actions().get(i) + ": " + lost.get());
                }
            }
        }
        return withSomeMissing();
    }

    /**
     * True when what the way back does from here is what the plan does, of which the end is known to be good. So it is
     * when both have the same steps: those that were taken have nothing left to act on.
     */
    private boolean goesOnAsPlanned(int next) {
        List<Action> planned = trial.actions().subList(next, trial.actions().size());
        if (planned.isEmpty() || steps.equals(trial.actions())) {
            return !planned.isEmpty();
        }
        Topology state = trial.after(next);
        return steps.stream().filter(s -> applies(state, s)).toList().equals(planned);
    }

    /** The rescan finds everybody but some; from there the way back must also lead somewhere. */
    private Optional<String> withSomeMissing() {
        Set<PciAddress> newcomers = new LinkedHashSet<>();
        goal.targets().stream().filter(t -> !goal.isWorker(t)).forEach(newcomers::add);
        Optional<String> gap = newcomers.isEmpty() ? Optional.empty() : without(newcomers, false);
        for (PciAddress neighbour : neighbours()) {
            gap = gap.or(() -> without(Set.of(neighbour), true));
        }
        return gap;
    }

    /** Released endpoints that work now, those with the largest resources first: their absence changes most. */
    private List<PciAddress> neighbours() {
        Comparator<PciFunction> smallest = Comparator.comparingLong(WayBack::bytes);
        return trial.set().released(goal.start()).stream()
                .filter(f -> !f.isBridge() && goal.worksNow(f.address()))
                .sorted(smallest.reversed().thenComparing(PciFunction::address))
                .limit(Math.max(
                        LEAST_MISSING,
                        Math.min(
                                MOST_MISSING,
                                WORK / Math.max(1, goal.start().functions().size()))))
                .map(PciFunction::address)
                .toList();
    }

    private static long bytes(PciFunction function) {
        return function.resources().stream().mapToLong(r -> r.size().orElse(0)).reduce(0, AddressRange::max);
    }

    /**
     * The way back after a rescan to which some did not answer, once without them and once with them there again.
     *
     * @param owed whether they must work when they are there again; if not, nothing is done while nobody is hurt
     */
    private Optional<String> without(Set<PciAddress> missing, boolean owed) {
        Topology emptied = trial.emptied();
        List<PciFunction> left = emptied.detached().stream()
                .filter(f -> !missing.contains(f.address()))
                .filter(f -> f.parent().filter(missing::contains).isEmpty())
                .toList();
        if (left.size() == emptied.detached().size()) {
            return Optional.empty();
        }
        Action rescan = trial.actions().get(trial.actions().size() - 1);
        plays++;
        Prediction alone = model.apply(emptied.with(emptied.functions(), left), rescan);
        String who = missing.size() == 1 ? missing.iterator().next().toString() : "the newcomers";
        if (!alone.isCertain()) {
            return Optional.of(
                    "what a rescan without " + who + " does is uncertain: " + Trial.describe(alone.doubts()));
        }
        Topology after = alone.after();
        if (!owed && goal.lostIn(after, missing).isEmpty()) {
            return Optional.empty();
        }
        List<PciFunction> again = new ArrayList<>(after.detached());
        emptied.detached().stream().filter(f -> !left.contains(f)).forEach(again::add);
        Topology returned = after.with(after.functions(), again);
        return end(after, missing)
                .or(() -> end(returned, owed ? Set.of() : missing))
                .map(lost -> "if " + who + " did not answer after the rescan: " + lost);
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
                ? trial.reachedAbove(end).or(() -> goal.lostIn(end.after(), gone))
                : Optional.of("it is uncertain: " + Trial.describe(end.doubts()));
    }

    private Prediction played(Topology state) {
        plays++;
        return model.applyAll(
                state, steps.stream().filter(s -> applies(state, s)).toList());
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
        if (step instanceof Action.Align align) {
            return align.addresses().stream()
                    .anyMatch(a -> now.find(a).isPresent()
                            || now.detached().stream().anyMatch(f -> f.address().equals(a)));
        }
        return !(step instanceof Action.Window window)
                || now.find(window.address()).isPresent();
    }
}
