package io.barkeeper.control;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.plan.PlanRequest;
import java.util.Set;

/**
 * What an operator asks of a plan.
 *
 * @param wished the functions that must end up working ({@code --for}); empty for all that are in trouble
 * @param acceptedRisks names of risks that the operator takes ({@code --accept-risk})
 */
public record PlanWish(Set<PciAddress> wished, Set<String> acceptedRisks) {

    /** Whatever is in trouble, without a risk. */
    public static final PlanWish ANYTHING = new PlanWish(Set.of(), Set.of());

    public PlanWish {
        wished = Set.copyOf(wished);
        acceptedRisks = Set.copyOf(acceptedRisks);
    }

    /** The question that this makes of what was seen. */
    public PlanRequest on(View view) {
        return new PlanRequest(
                view.topology(),
                view.history(),
                view.movability(),
                view.model(),
                wished,
                acceptedRisks,
                view.configWritable());
    }
}
