package io.barkeeper.plan;

import io.barkeeper.diagnosis.EmptySlots;
import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.kernel.Action;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is to be done, step by step, and what the model says will come of it.
 *
 * @param id a digest of the machine and the steps: the same question gives the same id
 * @param newcomers functions that do not work now and will; none where room is made for later ones
 * @param disturbs functions that are taken out and come back
 * @param rounds release and rescan, in order
 * @param start the machine that the plan was made for
 * @param predicted the machine afterwards
 * @param rejected cheaper or simpler ways, and why they were not taken
 * @param leftOut functions in trouble for which there is not enough room beside the newcomers
 */
public record Plan(
        String id,
        List<PciAddress> newcomers,
        List<Disturbance> disturbs,
        List<Round> rounds,
        Topology start,
        Topology predicted,
        List<PlanResult.Rejected> rejected,
        List<LeftOut> leftOut) {

    public Plan {
        newcomers = List.copyOf(newcomers);
        disturbs = List.copyOf(disturbs);
        rounds = List.copyOf(rounds);
        rejected = List.copyOf(rejected);
        leftOut = List.copyOf(leftOut);
    }

    /** The same plan, which does nothing for these. */
    Plan leavingOut(List<LeftOut> others) {
        return new Plan(id, newcomers, disturbs, rounds, start, predicted, rejected, others);
    }

    /** The way back of the first round; proven only when that of every round is. */
    public Fallback fallback() {
        if (rounds.isEmpty()) {
            return new Fallback(true, List.of(), start);
        }
        Fallback first = rounds.get(0).fallback();
        boolean all = rounds.stream().allMatch(r -> r.fallback().proven());
        return new Fallback(all, first.steps(), first.result());
    }

    /** The empty hot-plug ports that get a window, ascending; empty for a plan that is for devices. */
    public List<PciAddress> ports() {
        return !newcomers.isEmpty()
                ? List.of()
                : EmptySlots.of(predicted).stream()
                        .filter(this::getsAWindow)
                        .map(PciFunction::address)
                        .sorted()
                        .toList();
    }

    private boolean getsAWindow(PciFunction port) {
        Works before = new Works(start, History.NONE);
        Works after = new Works(predicted, History.NONE);
        return IntStream.rangeClosed(Resource.WINDOW_IO, Resource.WINDOW_PREF)
                .anyMatch(i -> after.isOpen(port, i)
                        && start.find(port.address())
                                .filter(was -> before.isOpen(was, i))
                                .isEmpty());
    }

    /** All actions of all rounds, in order. */
    public List<Action> actions() {
        return rounds.stream().flatMap(r -> r.actions().stream()).toList();
    }

    /**
     * One release and rescan. It ends in a state in which every device works.
     *
     * @param released the functions that leave and come back, bridges included, each bridge before what is below it
     * @param actions in order: VFs to 0, unbind and decode off for each endpoint, removes leaves first with window
     *     writes between them, last the rescan
     * @param after the machine that the model expects when the round is over
     * @param fallback the way back while this round runs; what earlier rounds did stays
     */
    public record Round(List<PciAddress> released, List<Action> actions, Topology after, Fallback fallback) {
        public Round {
            released = List.copyOf(released);
            actions = List.copyOf(actions);
        }
    }

    /**
     * A device that is taken out.
     *
     * @param driver its driver, empty text when none
     * @param cost relative: what it carries, times the outage that is expected
     */
    public record Disturbance(PciAddress address, String driver, long cost) {}

    /**
     * A function in trouble that the plan does nothing for.
     *
     * @param why one sentence without a full stop
     */
    public record LeftOut(PciAddress address, String why) {}

    /**
     * The way back, proven on the model from every state in which the plan could fail, with the newcomer still present.
     *
     * @param proven false only when the operator accepted the risk
     * @param steps what is done after a step of the plan went wrong once the first remove was made
     * @param result the machine after the way back was taken from the worst of those states
     */
    public record Fallback(boolean proven, List<Action> steps, Topology result) {
        public Fallback {
            steps = List.copyOf(steps);
        }
    }
}
