package io.barkeeper.plan;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceId;
import java.util.List;

/** The planner's answer. */
public sealed interface PlanResult {

    /** The {@code outcome} of {@code barkeeper.plan/1}. */
    String outcome();

    /** Every required resource is placed. */
    record NothingToDo(String why) implements PlanResult {
        @Override
        public String outcome() {
            return "nothing-to-do";
        }
    }

    /** A plan whose result and whose way back are proven on the model. */
    record Feasible(Plan plan) implements PlanResult {
        @Override
        public String outcome() {
            return "feasible";
        }
    }

    /**
     * Policy, use or doubt stands in the way.
     *
     * @param newcomers the functions that were to be placed
     * @param obstacles who and what, with what would lift each
     * @param rejected the ways that were tried, and why each was refused
     * @param layout where the BARs that may move would lie in a layout that exists and that this kernel does not find,
     *     ascending by address; empty when none is known
     */
    record Refused(List<PciAddress> newcomers, List<Obstacle> obstacles, List<Rejected> rejected, List<Place> layout)
            implements PlanResult {
        public Refused {
            newcomers = List.copyOf(newcomers);
            obstacles = List.copyOf(obstacles);
            rejected = List.copyOf(rejected);
            layout = List.copyOf(layout);
        }

        /** Without a layout. */
        public Refused(List<PciAddress> newcomers, List<Obstacle> obstacles, List<Rejected> rejected) {
            this(newcomers, obstacles, rejected, List.of());
        }

        @Override
        public String outcome() {
            return "refused";
        }
    }

    /** No layout exists. */
    record Infeasible(List<PciAddress> newcomers, Certificate certificate, List<Rejected> rejected)
            implements PlanResult {
        public Infeasible {
            newcomers = List.copyOf(newcomers);
            rejected = List.copyOf(rejected);
        }

        @Override
        public String outcome() {
            return "infeasible";
        }
    }

    /**
     * A BAR in a layout.
     *
     * @param name the function's address and the BAR's name
     */
    record Place(ResourceId resource, String name, AddressRange range) {}

    /**
     * What stands in the way of a plan.
     *
     * @param address the function that may not be taken out, or the one in doubt
     * @param why one sentence without a full stop, naming mount, process or rule
     * @param remedy what an operator could do about it
     */
    record Obstacle(PciAddress address, String why, String remedy) {}

    /**
     * A way that was not taken.
     *
     * @param what the release set or sequence, in words
     * @param why one sentence without a full stop
     */
    record Rejected(String what, String why) {}
}
