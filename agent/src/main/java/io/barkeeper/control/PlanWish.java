package io.barkeeper.control;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.plan.PlanRequest;
import io.barkeeper.plan.Reserve;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an operator asks of a plan.
 *
 * @param wished the functions that must end up working ({@code --for}); empty for all that are in trouble
 * @param acceptedRisks names of risks that the operator takes ({@code --accept-risk})
 * @param reserves room for devices that are still to come ({@code --reserve})
 */
public record PlanWish(Set<PciAddress> wished, Set<String> acceptedRisks, List<Reserve> reserves) {

    /** Whatever is in trouble, without a risk. */
    public static final PlanWish ANYTHING = new PlanWish(Set.of(), Set.of());

    public PlanWish {
        wished = Set.copyOf(wished);
        acceptedRisks = Set.copyOf(acceptedRisks);
        reserves = List.copyOf(reserves);
    }

    /** Without room for later. */
    public PlanWish(Set<PciAddress> wished, Set<String> acceptedRisks) {
        this(wished, acceptedRisks, List.of());
    }

    /** What is wrong with the names of risks, one sentence; empty when all are known. */
    public static Optional<String> unknownRisk(Set<String> names) {
        return names.stream()
                .filter(n -> !PlanRequest.RISKS.contains(n))
                .sorted()
                .findFirst()
                .map(n -> "there is no risk '" + n + "' that a plan could take; known: "
                        + String.join(", ", new TreeSet<>(PlanRequest.RISKS)));
    }

    /** The question that this makes of what was seen. */
    public PlanRequest on(View view) {
        return new PlanRequest(view.topology(), view.history(), view.movability(), view.model())
                .wishing(wished)
                .acceptingRisks(acceptedRisks)
                .withConfigWritable(view.configWritable())
                .preferring(view.preferences())
                .reserving(reserves);
    }
}
