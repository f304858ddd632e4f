package io.barkeeper.plan;

import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /** A question about a machine whose config space can be written. */
    public PlanRequest(
            Topology topology,
            History history,
            Map<PciAddress, Movability> movability,
            KernelModel model,
            Set<PciAddress> wished,
            Set<String> acceptedRisks) {
        this(topology, history, movability, model, wished, acceptedRisks, true);
    }

    /** A question without preferences. */
    public PlanRequest(
            Topology topology,
            History history,
            Map<PciAddress, Movability> movability,
            KernelModel model,
            Set<PciAddress> wished,
            Set<String> acceptedRisks,
            boolean configWritable) {
        this(topology, history, movability, model, wished, acceptedRisks, configWritable, Preferences.NONE, List.of());
    }

    /** A question in which something is owed to everybody who works. */
    public PlanRequest(
            Topology topology,
            History history,
            Map<PciAddress, Movability> movability,
            KernelModel model,
            Set<PciAddress> wished,
            Set<String> acceptedRisks,
            boolean configWritable,
            Preferences preferences,
            List<Reserve> reserves) {
        this(
                topology,
                history,
                movability,
                model,
                wished,
                acceptedRisks,
                configWritable,
                preferences,
                reserves,
                Set.of());
    }

    /** The same question about another state of the machine, in which others may move. */
    PlanRequest on(Topology state, Map<PciAddress, Movability> verdicts) {
        return new PlanRequest(
                state,
                history,
                verdicts,
                model,
                wished,
                acceptedRisks,
                configWritable,
                preferences,
                reserves,
                expendable);
    }

    /** The same question, to be answered with this model. */
    PlanRequest with(KernelModel answering) {
        return new PlanRequest(
                topology,
                history,
                movability,
                answering,
                wished,
                acceptedRisks,
                configWritable,
                preferences,
                reserves,
                expendable);
    }

    /** The same question for these functions alone, and nothing owed to those. */
    public PlanRequest repairing(Set<PciAddress> broken, Set<PciAddress> others) {
        return new PlanRequest(
                topology,
                history,
                movability,
                model,
                broken,
                acceptedRisks,
                configWritable,
                preferences,
                List.of(),
                others);
    }
}
