package io.barkeeper.kernel.trust;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Predicts, after the fact, what the kernel did by itself, and compares to the address.
 *
 * <p>A miss takes an operator's automatic mode away, so it is declared only when the story is clear ({@link Story}) and
 * nothing shows that somebody rescanned by hand at the same time. A hit is declared only for a story that was clear before the
 * prediction was made: no explanation is picked for fitting.
 */
public final class Hindsight {

    private Hindsight() {}

    /**
     * Judges the model by the difference between two looks.
     *
     * @param before the machine before, when it had settled
     * @param after the machine now, settled again
     */
    public static Judgement judge(Topology before, Topology after, Between between, KernelModel model) {
        Layout seen = Layout.of(after);
        if (between.notices().isEmpty() && between.complete()) {
            return unannounced(before, seen);
        }
        if (!between.complete()) {
            return new Judgement.NotJudged("uevents were lost");
        }
        if (!before.kernel().equals(after.kernel())) {
            return new Judgement.NotJudged("the two looks are not of the same boot");
        }
        if (!before.resourceAlignment().equals(after.resourceAlignment())) {
            return new Judgement.NotJudged("somebody changed resource_alignment");
        }
        try {
            return compare(before, Story.tell(before, after, between), seen, between, model.quiet());
        } catch (Story.Unclear e) {
            return new Judgement.NotJudged(e.why());
        }
    }

    /** Drivers come and go without moving anything; whatever else changed was somebody else's write. */
    private static Judgement unannounced(Topology before, Layout seen) {
        String difference = seen.firstDifference(Layout.of(before));
        return difference.isEmpty()
                ? new Judgement.Nothing()
                : new Judgement.NotJudged("no function came or went, so somebody wrote to sysfs: "
                        + difference.replace("predicted", "before").replace("real", "now"));
    }

    private static Judgement compare(
            Topology before, List<Step> steps, Layout seen, Between between, KernelModel model) {
        List<Action> actions = steps.stream().map(Step::action).toList();
        Prediction prediction;
        try {
            prediction = model.applyAll(before, actions);
        } catch (IllegalArgumentException | IllegalStateException | NullPointerException e) {
            return new Judgement.Miss(steps, "the model failed: " + e);
        }
        if (!prediction.isCertain()) {
            return new Judgement.Uncertain(steps, prediction.doubts().get(0));
        }
        String difference = seen.firstDifference(Layout.of(prediction.after()));
        if (difference.isEmpty()) {
            return new Judgement.Hit(steps);
        }
        return byHand(before, steps, seen, between, model)
                .<Judgement>map(why -> new Judgement.NotJudged(why + "; without that: " + difference))
                .orElseGet(() -> new Judgement.Miss(steps, difference));
    }

    /**
     * Whether it was somebody's rescan, too. One that came after is believed when it explains all that is seen: scripts
     * answer a hot-add with a rescan. One that came before a hot-add would explain too much, an older kernel's ways among
     * it, so it must have left a trace, in the kernel log or in a new address away from the slot. Only {@code acpiphp},
     * which says nothing, may have been a rescan instead; of a bridge the registers that such a rescan would have found
     * are not known.
     */
    private static Optional<String> byHand(
            Topology before, List<Step> steps, Layout seen, Between between, KernelModel model) {
        List<Action> actions = steps.stream().map(Step::action).toList();
        Action rescan = new Action.RescanAll();
        List<Action> later = new ArrayList<>(actions);
        later.add(rescan);
        List<Action> earlier = new ArrayList<>(List.of(rescan));
        earlier.addAll(actions);
        List<PciFunction> came =
                steps.stream().flatMap(s -> s.plugged().stream()).toList();
        boolean trace = came.isEmpty() || between.assignedBefore() || movesElsewhere(before, steps, seen);
        if (explains(before, later, seen, model) || (trace && explains(before, earlier, seen, model))) {
            return Optional.of("somebody rescanned by hand as well");
        }
        if (steps.stream().noneMatch(s -> s.action() instanceof Action.Hotplug h && h.acpi())) {
            return Optional.empty();
        }
        if (came.stream().anyMatch(PciFunction::isBridge)) {
            return Optional.of("acpiphp does not say whether it found the bridge, or somebody who rescanned by hand");
        }
        List<PciFunction> waiting = new ArrayList<>(before.detached());
        waiting.addAll(came);
        return explains(before.with(before.functions(), waiting), List.of(rescan), seen, model)
                ? Optional.of("somebody rescanned by hand instead")
                : Optional.empty();
    }

    /** Whether a function that was there already, neither above nor below a step's port, has another address than it had. */
    private static boolean movesElsewhere(Topology before, List<Step> steps, Layout seen) {
        Set<PciAddress> touched = new HashSet<>();
        for (Step step : steps) {
            PciAddress port = port(before, step.action());
            before.subtree(port).forEach(f -> touched.add(f.address()));
            before.ancestors(port).forEach(f -> touched.add(f.address()));
        }
        Layout was = Layout.of(before);
        return before.functions().stream()
                .filter(f -> !touched.contains(f.address()))
                .flatMap(f -> IntStream.rangeClosed(0, Resource.WINDOW_PREF).mapToObj(i -> f.address() + " " + i))
                .anyMatch(row -> seen.resources().containsKey(row)
                        && !seen.resources().get(row).equals(was.resources().get(row)));
    }

    private static PciAddress port(Topology before, Action action) {
        if (action instanceof Action.Hotplug hotplug) {
            return hotplug.port();
        }
        if (action instanceof Action.Unplug unplug) {
            return unplug.port();
        }
        PciAddress removed = ((Action.Remove) action).address();
        return before.get(removed).parent().orElse(removed);
    }

    private static boolean explains(Topology from, List<Action> actions, Layout seen, KernelModel model) {
        try {
            return seen.firstDifference(Layout.of(model.applyAll(from, actions).after()))
                    .isEmpty();
        } catch (IllegalArgumentException | IllegalStateException e) {
            return false;
        }
    }
}
