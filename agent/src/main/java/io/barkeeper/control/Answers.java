package io.barkeeper.control;

import com.google.gson.JsonObject;
import io.barkeeper.diagnosis.Diagnosis;
import io.barkeeper.diagnosis.Forecast;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.plan.Reserve;
import io.barkeeper.snapshot.PlanJson;
import io.barkeeper.snapshot.SnapshotJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The answers to read-only questions, each one JSON object with its {@code schema}. The daemon and the CLI share them,
 * so a captured tree, a snapshot and a running daemon answer alike. Pure: the same view gives the same answer.
 */
public final class Answers {

    private Answers() {}

    /** {@code barkeeper.list/1}: devices with resources, driver, movability and troubles, ascending by address. */
    public static JsonObject list(View view) {
        return new DeviceList(view, troubles(view)).answer();
    }

    /** {@code barkeeper.map/1}: apertures, windows, BARs and gaps as they nest. */
    public static JsonObject map(View view) {
        return new AddressSpace(view).answer();
    }

    /** {@code barkeeper.check/1}: what is wrong, the worst first, harm that the next hot-add would do, and wishes unfulfilled. */
    public static JsonObject check(View view) {
        List<Trouble> all = new ArrayList<>(troubles(view));
        all.addAll(Forecast.of(view.topology(), view.history(), view.model()));
        all.addAll(Wishes.unfulfilled(view));
        all.sort(Comparator.comparing(Trouble::severity));
        return Check.answer(all);
    }

    /**
     * {@code barkeeper.explain/1}: why a device has no room, who stands in the way, and what would help.
     *
     * @throws Refusal when the kernel knows no such device
     */
    public static JsonObject explain(View view, PciAddress address) throws Refusal {
        JsonObject answer = new DeviceExplanation(view, known(view, address), troubles(view)).answer();
        if (!answer.get("works").getAsBoolean()) {
            PlanWish wish = new PlanWish(Set.of(address), Set.of());
            answer.add("help", Fields.texts(Advice.of(address, Planner.plan(wish.on(view)))));
        }
        return answer;
    }

    /** {@code barkeeper.plan/1}: what would be done, or why nothing can be. */
    public static JsonObject plan(View view, PlanWish wish) {
        return plan(Planner.plan(wish.on(view)), wish.reserves());
    }

    /** The same for a plan that was made already; with {@code gained}, {@code moved} and {@code lost}. */
    public static JsonObject plan(PlanResult result) {
        return plan(result, List.of());
    }

    private static JsonObject plan(PlanResult result, List<Reserve> reserves) {
        JsonObject answer = PlanJson.toJson(result, reserves);
        if (result instanceof PlanResult.Feasible feasible) {
            Plan plan = feasible.plan();
            Changes.add(plan.start(), plan.predicted(), answer);
        }
        return answer;
    }

    /**
     * {@code barkeeper.simulation/1}: the machine after these actions, one after the other.
     *
     * @throws Refusal when a text is no action
     */
    public static JsonObject simulate(View view, List<String> actions) throws Refusal {
        return Simulation.answer(view, actions, Optional.empty());
    }

    /**
     * As {@link #simulate(View, List)}, for who may read files.
     *
     * @param files gives the functions that {@code @FILE} names, root first
     */
    public static JsonObject simulate(View view, List<String> actions, Function<String, List<PciFunction>> files)
            throws Refusal {
        return Simulation.answer(view, actions, Optional.of(files));
    }

    /** {@code barkeeper.snapshot/1}: all that the model reads. */
    public static JsonObject snapshot(View view) {
        return SnapshotJson.toJson(view.topology());
    }

    private static List<Trouble> troubles(View view) {
        return Diagnosis.examine(view.topology(), view.history());
    }

    private static PciFunction known(View view, PciAddress address) throws Refusal {
        return view.topology()
                .find(address)
                .orElseThrow(() -> new Refusal(
                        "BK-NO-DEVICE",
                        Refusal.UNEXPECTED,
                        "the kernel knows no device at " + address + " among "
                                + view.topology().functions().size(),
                        "barkeeper list"));
    }
}
