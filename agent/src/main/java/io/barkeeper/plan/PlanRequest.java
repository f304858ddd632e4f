package io.barkeeper.plan;

import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A question to the planner.
 *
 * @param topology the machine now
 * @param history what is remembered of this boot
 * @param movability who may move; a function that is missing here may not
 * @param model what the running kernel does
 * @param wished the functions that must end up working ({@code --for}); empty for all that are in trouble
 * @param acceptedRisks names of risks that the operator takes ({@code --accept-risk})
 * @param configWritable whether config space can be written: false under {@code lockdown=integrity}, where no step may
 *     need it
 * @param preferences who comes first when there is not enough room for all, and measured outages
 * @param reserves room to make for devices that are still to come ({@code --reserve}); when there are any, the plan is
 *     for them alone
 * @param expendable functions to which nothing is owed: they may lose what they have
 */
public record PlanRequest(
        Topology topology,
        History history,
        Map<PciAddress, Movability> movability,
        KernelModel model,
        Set<PciAddress> wished,
        Set<String> acceptedRisks,
        boolean configWritable,
        Preferences preferences,
        List<Reserve> reserves,
        Set<PciAddress> expendable) {

    /** The name of the risk that a way back is not proven. */
    public static final String NO_FALLBACK = "no-fallback";

    /** Every name that {@code --accept-risk} takes. */
    public static final Set<String> RISKS = Set.of(NO_FALLBACK);

    public PlanRequest {
        reserves = List.copyOf(reserves);
        movability = Map.copyOf(movability);
        wished = Set.copyOf(wished);
        acceptedRisks = Set.copyOf(acceptedRisks);
        expendable = Set.copyOf(expendable);
    }

    /** What can be done for everybody in trouble, on a machine whose config space can be written; no risk is taken. */
    public PlanRequest(Topology topology, History history, Map<PciAddress, Movability> movability, KernelModel model) {
        this(topology, history, movability, model, Set.of(), Set.of(), true, Preferences.NONE, List.of(), Set.of());
    }

    /** For these functions alone ({@code --for}); for all that are in trouble when there are none. */
    public PlanRequest wishing(Set<PciAddress> functions) {
        return changed(draft -> draft.wished = functions);
    }

    public PlanRequest acceptingRisks(Set<String> names) {
        return changed(draft -> draft.acceptedRisks = names);
    }

    public PlanRequest withConfigWritable(boolean writable) {
        return changed(draft -> draft.configWritable = writable);
    }

    public PlanRequest preferring(Preferences others) {
        return changed(draft -> draft.preferences = others);
    }

    /** To make room for these; when there are any, the plan is for them alone. */
    public PlanRequest reserving(List<Reserve> room) {
        return changed(draft -> draft.reserves = room);
    }

    /** The same question for these functions alone, and nothing owed to those. */
    public PlanRequest repairing(Set<PciAddress> broken, Set<PciAddress> others) {
        return changed(draft -> {
            draft.wished = broken;
            draft.reserves = List.of();
            draft.expendable = others;
        });
    }

    /** The same question about another state of the machine, in which others may move. */
    PlanRequest on(Topology state, Map<PciAddress, Movability> verdicts) {
        return changed(draft -> {
            draft.topology = state;
            draft.movability = verdicts;
        });
    }

    /** The same question, to be answered with this model. */
    PlanRequest with(KernelModel answering) {
        return changed(draft -> draft.model = answering);
    }

    private PlanRequest changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finish();
    }

    /** A copy in the making. */
    private static final class Draft {
        private Topology topology;
        private final History history;
        private Map<PciAddress, Movability> movability;
        private KernelModel model;
        private Set<PciAddress> wished;
        private Set<String> acceptedRisks;
        private boolean configWritable;
        private Preferences preferences;
        private List<Reserve> reserves;
        private Set<PciAddress> expendable;

        Draft(PlanRequest was) {
            topology = was.topology;
            history = was.history;
            movability = was.movability;
            model = was.model;
            wished = was.wished;
            acceptedRisks = was.acceptedRisks;
            configWritable = was.configWritable;
            preferences = was.preferences;
            reserves = was.reserves;
            expendable = was.expendable;
        }

        PlanRequest finish() {
            return new PlanRequest(
                    topology,
                    history,
                    movability,
                    model,
                    wished,
                    acceptedRisks,
                    configWritable,
                    preferences,
                    reserves,
                    expendable);
        }
    }
}
