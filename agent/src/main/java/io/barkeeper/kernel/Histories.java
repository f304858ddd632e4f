package io.barkeeper.kernel;

import io.barkeeper.kernel.Differences.Difference;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Asks the model what it says under other histories, where the size that the kernel keeps of some windows is only assumed
 * ({@link AssumedSize}), and doubts every resource of which the answers differ.
 *
 * <p>All combinations of n windows would be two to the power of n runs. A kept size acts by making its window required and
 * larger, so that it takes an address from one other window, or leaves it to that. So it is enough to see every window with
 * each of its sizes, and every two windows in all four combinations of the assumed and the other size. The numbers of two
 * windows differ in some bit: for each bit, one run gives the other size to the windows whose number has it, and one to those
 * whose number has it not; with all assumed and all other sizes these are 2 + 2 log2(n) runs, which for two windows are all
 * there are. A window with a third size goes through the same runs once more with that.
 *
 * <p>Where no action places anything, no history makes a difference. Where the histories differ only in what the kernel keeps
 * unseen, the result is sure, and the sizes go with it as assumptions of the next one.
 */
final class Histories {

    private static final int MOST_NAMED = 3;

    /** Sizes of one window that are followed from one prediction into the next. */
    private static final int MOST_LEFT_BEHIND = 4;

    private static final OptionalLong NOTHING = OptionalLong.empty();
    private static final String REMEDY =
            "boot with a larger log_buf_len= so that the kernel log is kept, and let barkeeperd run from the boot on";

    /** Plays the same actions on a machine with other kept sizes. */
    interface Model {
        Run under(Topology other);
    }

    /** What came of one history, and which sizes it assumed. */
    record Run(Prediction prediction, List<AssumedSize> assumed) {}

    /** Another size for one window. */
    private record Choice(AssumedSize window, long size) {

        /** {@code 0x1000 or 0}. */
        String sizes() {
            return AssumedSize.text(window.assumed()) + " or " + AssumedSize.text(size);
        }
    }

    /** The windows that have another size than is assumed, what the model says then, and where that differs. */
    private record Outcome(List<Choice> choices, Prediction prediction, List<Difference> all) {

        List<Difference> seen() {
            return all.stream().filter(d -> !isUnseen(d)).toList();
        }

        long sizeOf(AssumedSize window) {
            return choices.stream()
                    .filter(c -> c.window().equals(window))
                    .findFirst()
                    .map(Choice::size)
                    .orElse(window.assumed());
        }
    }

    private final Topology before;
    private final Model model;
    private final Outcome usual;
    private final List<AssumedSize> assumed;
    private final List<Outcome> others = new ArrayList<>();
    private final Set<ResourceId> untouched = new HashSet<>();

    /** By window that ends without a place, the sizes other than the usual one that the kernel may keep of it. */
    private final Map<ResourceId, Set<Long>> leftBehind = new HashMap<>();

    Histories(Topology before, Run usual, List<Action> actions, Model model) {
        this.before = before;
        this.model = model;
        this.usual = new Outcome(List.of(), usual.prediction(), List.of());
        this.assumed = usual.assumed();
        if (actions.stream().anyMatch(Histories::places)) {
            combinations(assumed).forEach(c -> others.add(play(c)));
        }
        assumed.stream().filter(this::isUntouched).forEach(w -> untouched.add(w.id()));
        learnWhatIsLeftBehind();
    }

    /** What the model says under the usual history, with a doubt wherever it says something else under another. */
    Prediction prediction() {
        Set<Doubt> doubts = new LinkedHashSet<>(usual.prediction().doubts());
        others.forEach(o -> doubts.addAll(o.prediction().doubts()));
        doubts.addAll(differences().values());
        leftBehind.forEach((window, sizes) -> {
            if (sizes.size() > MOST_LEFT_BEHIND) {
                doubts.add(tooMany(window, sizes));
            }
        });
        Topology after = usual.prediction().after().map(f -> changed(f, row -> assumedAfter(f, row)));
        return new Prediction(
                after,
                List.copyOf(doubts),
                usual.prediction().trace(),
                usual.prediction().homeless());
    }

    /** Whether it may size a window: all but those that are known not to. */
    private static boolean places(Action action) {
        boolean registers = action instanceof Action.Decode
                || action instanceof Action.Window
                || action instanceof Action.Align
                || action instanceof Action.Renumber
                || action instanceof Action.PowerLoss;
        boolean driver =
                action instanceof Action.Unbind || action instanceof Action.Bind || action instanceof Action.NumVfs;
        boolean leaves = action instanceof Action.Remove
                || action instanceof Action.Unplug
                || (action instanceof Action.SlotPower power && !power.on());
        return !registers && !driver && !leaves;
    }

    private static Set<List<Choice>> combinations(List<AssumedSize> windows) {
        Set<List<Choice>> all = new LinkedHashSet<>();
        for (int which = 1; ; which++) {
            int size = which;
            List<Choice> other = windows.stream()
                    .filter(w -> w.sizes().size() > size)
                    .map(w -> new Choice(w, w.sizes().get(size)))
                    .toList();
            if (other.isEmpty()) {
                return all;
            }
            all.add(other);
            for (int bit = 1; bit < other.size(); bit <<= 1) {
                all.add(numbered(other, bit, true));
                all.add(numbered(other, bit, false));
            }
        }
    }

    private static List<Choice> numbered(List<Choice> choices, int bit, boolean set) {
        return IntStream.range(0, choices.size())
                .filter(i -> ((i & bit) != 0) == set)
                .mapToObj(choices::get)
                .toList();
    }

    private Outcome play(List<Choice> choices) {
        Map<ResourceId, Long> sizes = new HashMap<>();
        choices.forEach(c -> sizes.put(c.window().id(), c.size()));
        Topology other = before.map(f -> changed(f, row -> {
            Long size = sizes.get(new ResourceId(f.address(), row.index()));
            return size == null ? row : row.withRetained(OptionalLong.of(size));
        }));
        Prediction prediction = model.under(other).prediction();
        return new Outcome(
                choices, prediction, Differences.between(usual.prediction().after(), prediction.after()));
    }

    private static PciFunction changed(PciFunction function, UnaryOperator<Resource> change) {
        if (!function.isBridge()) {
            return function;
        }
        List<Resource> rows = new ArrayList<>(function.resources());
        rows.replaceAll(change);
        return rows.equals(function.resources()) ? function : function.withResources(rows);
    }

    /** In each history the window has the size that it had by that history: nobody sized it, and nothing was learnt of it. */
    private boolean isUntouched(AssumedSize window) {
        return keeps(usual, window) && others.stream().allMatch(o -> keeps(o, window));
    }

    private static boolean keeps(Outcome outcome, AssumedSize window) {
        long size = outcome.sizeOf(window);
        return outcome.prediction()
                .after()
                .find(window.bridge())
                .flatMap(f -> f.resource(window.index()))
                .filter(r -> !r.isAssigned() && r.retained().orElse(size) == size)
                .isPresent();
    }

    /** What was assumed before and not touched is assumed after, and so is what the histories leave behind unseen. */
    private Resource assumedAfter(PciFunction function, Resource row) {
        ResourceId id = new ResourceId(function.address(), row.index());
        if (untouched.contains(id)) {
            Resource was = before.get(function.address()).resource(row.index()).orElse(row);
            return row.withRetained(was.retained()).withMayKeep(was.mayKeep().orElse(List.of()));
        }
        Set<Long> kept = leftBehind.getOrDefault(id, Set.of());
        return kept.isEmpty() ? row : row.withMayKeep(List.copyOf(kept));
    }

    /** By resource, the first history that makes a difference to it; that is narrowed down to as few windows as do. */
    private Map<ResourceId, Doubt> differences() {
        Map<ResourceId, Doubt> doubts = new TreeMap<>();
        for (Outcome outcome : others) {
            if (doubts.isEmpty() && !outcome.seen().isEmpty()) {
                add(narrowed(outcome), doubts);
            }
            add(outcome, doubts);
        }
        return doubts;
    }

    private void add(Outcome outcome, Map<ResourceId, Doubt> doubts) {
        for (Difference d : outcome.seen()) {
            doubts.putIfAbsent(
                    new ResourceId(d.address(), d.index()),
                    Doubt.curable(d.address(), d.index(), describe(outcome.choices(), d), REMEDY));
        }
    }

    /**
     * The window has no place by either history, and only what the kernel keeps of it differs. That is no doubt about this
     * result, but one more assumption for the next.
     */
    private static boolean isUnseen(Difference d) {
        return d.index() >= Resource.WINDOW_IO
                && d.first().flatMap(Resource::range).isEmpty()
                && d.second().flatMap(Resource::range).isEmpty()
                && d.first().map(Resource::hardware).equals(d.second().map(Resource::hardware));
    }

    private void learnWhatIsLeftBehind() {
        for (Outcome outcome : others) {
            for (Difference d : outcome.all()) {
                ResourceId id = new ResourceId(d.address(), d.index());
                if (isUnseen(d) && !untouched.contains(id)) {
                    leftBehind
                            .computeIfAbsent(id, i -> new TreeSet<>())
                            .add(d.second()
                                    .map(Resource::retained)
                                    .orElse(NOTHING)
                                    .orElse(0));
                }
            }
        }
    }

    /** Too many sizes to follow each of them. */
    private static Doubt tooMany(ResourceId window, Set<Long> sizes) {
        return Doubt.curable(
                window.address(),
                window.index(),
                "what the kernel keeps of it unseen is one of " + (sizes.size() + 1) + " sizes",
                REMEDY);
    }

    /** Halves the windows as long as one half alone makes a difference. */
    private Outcome narrowed(Outcome wide) {
        Outcome now = wide;
        while (now.choices().size() > 1) {
            int half = now.choices().size() / 2;
            Outcome part = play(now.choices().subList(0, half));
            if (part.seen().isEmpty()) {
                part = play(now.choices().subList(half, now.choices().size()));
            }
            if (part.seen().isEmpty()) {
                return now;
            }
            now = part;
        }
        return now;
    }

    private static String describe(List<Choice> choices, Difference difference) {
        String result = difference.index() < 0
                ? "only one of the histories finds the function"
                : difference.inFirst() + " by the one, " + difference.inSecond() + " by the other";
        return history(choices) + "; " + result;
    }

    private static String history(List<Choice> choices) {
        if (choices.size() == 1) {
            Choice only = choices.get(0);
            return only.window().name() + ": the kernel log begins after its last sizing; hidden size " + only.sizes();
        }
        String windows = choices.stream()
                .limit(MOST_NAMED)
                .map(c -> c.window().name() + " (" + c.sizes() + ")")
                .collect(Collectors.joining(", "));
        int more = choices.size() - MOST_NAMED;
        return windows + (more > 0 ? " and " + more + " more" : "")
                + ": the kernel log begins after the last sizing of these, whose hidden sizes are open";
    }
}
