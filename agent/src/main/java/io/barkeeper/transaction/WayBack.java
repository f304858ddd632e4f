package io.barkeeper.transaction;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Attributes;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.transaction.State.Back;
import io.barkeeper.transaction.State.Back.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The way back to a machine on which everything works that worked before.
 *
 * <p>First a look at what is there. Before any remove the way back is to bind drivers and services again. After one it
 * is the fallback that the planner proved with the newcomer present, then the same repairs; it is left out where all
 * that worked before works anyhow, but for devices that came back with other BAR sizes, which no layout helps. Such a
 * device, or one that was plugged in meanwhile, can take the room of its neighbours, so that the proven way does not do:
 * then it is planned anew, from the machine as it is by now. An effect that fails on the way back does not end it, and a
 * rescan is tried again, since without it nobody comes back; with one exception: a function that cannot be quiesced any more is not removed, nor is a bridge above it, and where it has lost a
 * BAR nothing is rescanned over it.
 */
final class WayBack {

    /** Marks notes that say where a prediction was wrong. */
    static final String SURPRISE = "prediction missed: ";

    private static final int REPAIRS = 2;
    private static final int REPLANS = 3;
    private static final Command.Look LOOK = new Command.Look("see what is there");
    private static final Command.Look CHECK = new Command.Look("check that everything works as before");

    private WayBack() {}

    static Transition begin(State.Work work, String why, boolean busy) {
        Verdict verdict = busy && !work.removed() && work.round() == 0 ? Verdict.REFUSED : Verdict.ROLLED_BACK;
        List<Action> steps = work.plan().rounds().get(work.round()).fallback().steps();
        if (steps.isEmpty()) {
            steps = rescans(work.plan(), work.round());
        }
        Back back = new Back(
                work.prior(),
                steps,
                work.removed(),
                Stage.LOOKING,
                0,
                0,
                List.of(LOOK),
                work.held(),
                why,
                verdict,
                Set.of(),
                work.notes());
        return TransactionMachine.first(new State.RollingBack(back), back.queue());
    }

    private static List<Action> rescans(Plan plan, int round) {
        return plan.rounds().get(round).actions().stream()
                .filter(Script::isRescan)
                .toList();
    }

    static Transition step(State.RollingBack state, Event event) {
        Back back = state.back();
        if (event instanceof Event.Begin) {
            return TransactionMachine.first(state, back.queue());
        }
        Command head = TransactionMachine.head(back.queue());
        if (head instanceof Command.Do command && event instanceof Event.Performed performed) {
            return performed(back, command.effect(), performed.outcome());
        }
        if (head instanceof Command.Replan replan && event instanceof Event.Replanned replanned) {
            return replanned(back, replan.now(), replanned);
        }
        if (head instanceof Command.Look && event instanceof Event.Observed observed) {
            return observed(back, observed.now(), observed.pulled(), observed.corrupt());
        }
        if (head instanceof Command.Look && event instanceof Event.Unobservable unobservable) {
            return unobservable(back, unobservable.why());
        }
        return Transition.stay(state);
    }

    private static Transition observed(Back before, Topology now, Set<PciAddress> pulled, List<String> corrupt) {
        Back back = before.withoutPulled(pulled);
        Set<PciAddress> harmed = Comparison.harmed(back.prior(), now);
        boolean helps = !Comparison.resized(back.prior(), now).containsAll(harmed);
        if (back.stage() == Stage.LOOKING && back.removed() && helps) {
            return takeOut(back, List.of(), back.fallback(), now);
        }
        List<Command> repairs = Repair.of(back.prior(), now);
        if (!repairs.isEmpty() && back.attempts() < REPAIRS) {
            List<Command> queue = Lists.concat(repairs, Script.verify(back.prior()));
            return next(back.at(Stage.REPAIRING, back.attempts() + 1, queue));
        }
        harmed.removeIf(a -> now.find(a).isEmpty());
        if (back.removed() && !harmed.isEmpty() && back.replans() < REPLANS) {
            return next(back.withQueue(List.of(new Command.Replan(now, harmed, back.spared()))));
        }
        List<String> broken = Comparison.afterBack(back.prior(), now);
        if (broken.isEmpty() && !corrupt.isEmpty()) {
            return TransactionMachine.settle(
                    back.prior(),
                    back.held(),
                    now,
                    Verdict.FAILED,
                    TransactionMachine.CORRUPT + TransactionMachine.some(corrupt)
                            + "; everything that worked before works; it went back because of " + back.why(),
                    Lists.concat(back.notes(), corrupt));
        }
        if (broken.isEmpty()) {
            return TransactionMachine.settle(
                    back.prior(),
                    back.held(),
                    now,
                    back.verdict(),
                    back.why() + "; everything that worked before works",
                    back.notes());
        }
        return TransactionMachine.settle(
                back.prior(),
                back.held(),
                now,
                Verdict.FAILED,
                back.why() + "; not wholly rolled back: " + TransactionMachine.some(broken)
                        + "; see 'barkeeper history', then try 'barkeeper plan'",
                Lists.concat(back.notes(), Lists.concat(broken, corrupt)));
    }

    private static Transition takeOut(Back back, List<Command> first, List<Action> steps, Topology now) {
        List<Command> queue = Lists.concat(Script.fallback(steps, now, back.spared()), Script.verify(back.prior()));
        return next(back.at(Stage.RETURNING, 0, Lists.concat(first, queue)));
    }

    /** Other steps are carried out, or what is there is how it stays. */
    private static Transition replanned(Back back, Topology now, Event.Replanned replanned) {
        if (replanned.steps().isEmpty()) {
            return next(back.planned(REPLANS).withQueue(List.of(CHECK)));
        }
        List<Command> awake = replanned.awake().isEmpty()
                ? List.of()
                : List.of(new Command.Do(new Effect.HoldAwake(replanned.awake())));
        Back again = back.planned(back.replans() + 1)
                .noting("the proven way back did not do on this machine; planned anew: " + replanned.steps());
        boolean aligns = replanned.steps().stream().anyMatch(Action.Align.class::isInstance);
        Back keeping = aligns ? again.withHeld(Map.of("resource_alignment", now.resourceAlignment())) : again;
        return takeOut(keeping, awake, replanned.steps(), now);
    }

    /** A machine that cannot be read gets another look; then the fallback goes on blindly, or all ends. */
    private static Transition unobservable(Back back, String why) {
        if (back.attempts() < REPAIRS) {
            Back again = back.noting(why);
            return next(again.at(back.stage(), back.attempts() + 1, List.of(CHECK)));
        }
        return TransactionMachine.end(
                Verdict.FAILED,
                back.why() + "; and the machine cannot be read any more: " + why
                        + "; look at the kernel log, then run 'barkeeper check'",
                back.notes());
    }

    private static Transition performed(Back back, Effect effect, Outcome outcome) {
        List<Command> rest = Lists.rest(back.queue());
        if (outcome instanceof Outcome.Done done) {
            Back held = effect instanceof Effect.HoldAwake ? back.withHeld(Attributes.parse(done.detail())) : back;
            return next(held.withQueue(rest));
        }
        Back noted = back.noting(effect + ": " + TransactionMachine.text(outcome));
        if (effect instanceof Effect.Quiesce quiesce && back.stage() == Stage.RETURNING) {
            return next(noted.sparing(quiesce.address()).at(Stage.LOOKING, 0, List.of(LOOK)));
        }
        boolean rescans = effect instanceof Effect.Act act && Script.isRescan(act.action());
        if (rescans && back.attempts() < REPAIRS) {
            return next(noted.at(back.stage(), back.attempts() + 1, back.queue()));
        }
        return next(noted.withQueue(rest));
    }

    private static Transition next(Back back) {
        List<Command> queue = back.queue().isEmpty() ? List.of(CHECK) : back.queue();
        Back waiting = back.withQueue(queue);
        return TransactionMachine.first(new State.RollingBack(waiting), queue);
    }
}
