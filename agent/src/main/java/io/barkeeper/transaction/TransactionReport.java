package io.barkeeper.transaction;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a transaction went.
 *
 * @param id its number in the journal
 * @param outcome how it ended
 * @param steps all of them, in order
 * @param movedResources resources that have another range than before, those of newcomers included
 * @param outagePerDevice microseconds from the moment that a device was asked to let go until it was seen working;
 *     devices that did not come back are missing
 * @param finalTopology the machine as it was seen last
 * @param message what, why, what to try
 * @param notes what went differently on the way
 * @param predictionHeld false when reality differed from the model, whether or not everything works
 */
public record TransactionReport(
        String id,
        Verdict outcome,
        List<StepReport> steps,
        List<Moved> movedResources,
        Map<PciAddress, Long> outagePerDevice,
        Topology finalTopology,
        String message,
        List<String> notes,
        boolean predictionHeld) {

    /** A resource before and after; empty where it had no address. */
    public record Moved(ResourceId resource, Optional<AddressRange> from, Optional<AddressRange> to) {}

    public TransactionReport {
        steps = List.copyOf(steps);
        movedResources = List.copyOf(movedResources);
        outagePerDevice = Map.copyOf(outagePerDevice);
        notes = List.copyOf(notes);
    }

    /** A transaction that was not begun. */
    public static TransactionReport refused(Topology machine, String message) {
        return new TransactionReport(
                "", Verdict.REFUSED, List.of(), List.of(), Map.of(), machine, message, List.of(), true);
    }

    /** What has another range now. Functions that are on one side only count as without addresses on the other. */
    static List<Moved> moved(Topology before, Topology after) {
        List<Moved> moved = new ArrayList<>();
        for (PciFunction was : before.functions()) {
            for (Resource row : was.resources()) {
                Optional<AddressRange> now = after.find(was.address())
                        .flatMap(f -> f.resource(row.index()))
                        .flatMap(Resource::range);
                if (!row.range().equals(now)) {
                    moved.add(new Moved(new ResourceId(was.address(), row.index()), row.range(), now));
                }
            }
        }
        for (PciFunction is : after.functions()) {
            Optional<PciFunction> was = before.find(is.address());
            for (Resource row : is.resources()) {
                boolean known = was.flatMap(f -> f.resource(row.index())).isPresent();
                if (!known && row.isAssigned()) {
                    moved.add(new Moved(new ResourceId(is.address(), row.index()), Optional.empty(), row.range()));
                }
            }
        }
        return moved;
    }
}
