package io.barkeeper.transaction;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Attributes;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.policy.Holder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules of a transaction, as a pure function of state and event.
 *
 * <p>Forward: compare with the plan's machine; release; rescan; verify; next round; settle. Whatever goes wrong before
 * the end leads to {@link WayBack}. A write that is stuck in the kernel ends it at once, since nothing may be written
 * any more. An event that means nothing in a state leaves it as it is.
 */
public final class TransactionMachine {

    /** The begin of the message about a kernel that has lost its books; nothing but a reboot helps. */
    static final String CORRUPT =
            "BK-TREE: the kernel's resource tree is corrupt, nothing more is changed in this boot, and a reboot is needed: ";

    private TransactionMachine() {}

    /** The state before the first event. */
    public static State start(Plan plan) {
        return start(plan, Prior.of(plan));
    }

    /** The same, where more is known of the machine of before than the plan holds. */
    static State start(Plan plan, Prior prior) {
        State.Work work = new State.Work(
                plan,
                prior,
                0,
                List.of(new Command.Look("compare with the plan")),
                plan.start(),
                false,
                Map.of(),
                Optional.empty(),
                List.of());
        return new State.Preparing(work);
    }

    public static Transition step(State state, Event event) {
        if (event instanceof Event.Performed performed && performed.outcome() instanceof Outcome.Stuck stuck) {
            return stuck(state, stuck);
        }
        if (state instanceof State.Preparing s) {
            return preparing(s, event);
        }
        if (state instanceof State.Releasing s) {
            return releasing(s, event);
        }
        if (state instanceof State.Rescanning s) {
            return rescanning(s, event);
        }
        if (state instanceof State.Verifying s) {
            return verifying(s, event);
        }
        if (state instanceof State.RollingBack s) {
            return WayBack.step(s, event);
        }
        return state instanceof State.Settling s ? settling(s, event) : Transition.stay(state);
    }

    private static Transition stuck(State state, Outcome.Stuck stuck) {
        if (state instanceof State.Ended || state instanceof State.Preparing) {
            return Transition.stay(state);
        }
        return end(
                Verdict.WEDGED,
                "BK-WEDGED: a write to " + stuck.where()
                        + " does not return from the kernel; nothing further is written; a reboot is needed",
                List.of());
    }

    private static Transition preparing(State.Preparing state, Event event) {
        State.Work work = state.work();
        if (event instanceof Event.Begin) {
            return new Transition(state, work.queue());
        }
        if (event instanceof Event.Stop stop) {
            return end(Verdict.REFUSED, "BK-STOPPED: " + stop.why() + "; nothing was written", List.of());
        }
        if (event instanceof Event.Unobservable unobservable) {
            return end(Verdict.REFUSED, "BK-UNREADABLE: " + unobservable.why() + "; nothing was written", List.of());
        }
        if (event instanceof Event.Observed observed) {
            List<String> differences = Comparison.samePlan(work.plan().start(), observed.now());
            if (!differences.isEmpty()) {
                return end(
                        Verdict.REFUSED,
                        "BK-CHANGED: this is no longer the machine that plan "
                                + work.plan().id() + " was made for: " + some(differences)
                                + "; nothing was written; plan again",
                        differences);
            }
            return beginRound(work, 0, observed.now());
        }
        return Transition.stay(state);
    }

    private static Transition beginRound(State.Work work, int round, Topology now) {
        if (round >= work.plan().rounds().size()) {
            return settle(work, now, Verdict.DONE, "nothing to do");
        }
        State.Work next = work.inRound(round).withExpected(now).withQueue(Script.release(work.plan(), round, now));
        return next.queue().isEmpty() ? beginRescan(next) : first(new State.Releasing(next), next.queue());
    }

    private static Transition releasing(State.Releasing state, Event event) {
        State.Work work = state.work();
        if (event instanceof Event.Begin) {
            return first(state, work.queue());
        }
        if (event instanceof Event.Stop stop) {
            return WayBack.begin(work, "BK-STOPPED: " + stop.why(), false);
        }
        if (event instanceof Event.Performed performed && head(work.queue()) instanceof Command.Do command) {
            return released(work, command.effect(), performed.outcome());
        }
        if (head(work.queue()) instanceof Command.Look look) {
            if (event instanceof Event.Unobservable unobservable) {
                return WayBack.begin(work, "BK-UNREADABLE: " + unobservable.why(), false);
            }
            if (event instanceof Event.Observed observed && !observed.pulled().isEmpty()) {
                return pulled(work, observed.pulled());
            }
            if (event instanceof Event.Observed observed) {
                List<String> differences = Lists.concat(
                        observed.corrupt(),
                        Comparison.step(within(work, work.expected()), within(work, observed.now())));
                return differences.isEmpty()
                        ? advance(work)
                        : WayBack.begin(
                                work, "BK-MISMATCH: cannot " + look + " without finding: " + some(differences), false);
            }
        }
        return Transition.stay(state);
    }

    /** What the kernel did with the rest was predicted with the card in its slot: it says nothing about the model. */
    private static Transition pulled(State.Work work, Set<PciAddress> pulled) {
        Prior left = work.prior().without(pulled);
        return WayBack.begin(work.withPrior(left), "BK-PULLED: " + Pulled.sentence(pulled), false);
    }

    private static Topology within(State.Work work, Topology topology) {
        return Scope.of(work.plan()).within(topology);
    }

    private static Transition released(State.Work work, Effect effect, Outcome outcome) {
        boolean removes = effect instanceof Effect.Act act && act.action() instanceof Action.Remove;
        State.Work after = removes ? work.withRemoved() : work;
        if (outcome instanceof Outcome.Vetoed vetoed) {
            return WayBack.begin(after, "BK-BUSY: " + effect + ": " + holders(vetoed.holders()), true);
        }
        if (outcome instanceof Outcome.Failed failed) {
            return WayBack.begin(after, "BK-WRITE: " + effect + ": " + failed.message(), false);
        }
        if (effect instanceof Effect.HoldAwake && outcome instanceof Outcome.Done done) {
            after = after.withHeld(Attributes.parse(done.detail()));
        }
        return advance(after.withExpected(Expectation.after(after.expected(), effect)));
    }

    private static Transition advance(State.Work work) {
        State.Work next = work.withQueue(Lists.rest(work.queue()));
        return next.queue().isEmpty() ? beginRescan(next) : first(new State.Releasing(next), next.queue());
    }

    private static Transition beginRescan(State.Work work) {
        State.Work next = work.withQueue(Script.rescan(work.plan(), work.round()));
        return next.queue().isEmpty() ? beginVerify(next) : first(new State.Rescanning(next), next.queue());
    }

    private static Transition rescanning(State.Rescanning state, Event event) {
        State.Work work = state.work();
        if (event instanceof Event.Begin) {
            return first(state, work.queue());
        }
        if (event instanceof Event.Stop stop) {
            return Transition.stay(new State.Rescanning(work.stopping(stop.why())));
        }
        if (event instanceof Event.Performed performed) {
            if (!(performed.outcome() instanceof Outcome.Done)) {
                return WayBack.begin(work, "BK-WRITE: " + head(work.queue()) + ": " + text(performed.outcome()), false);
            }
            State.Work next = work.withQueue(Lists.rest(work.queue()));
            return next.queue().isEmpty() ? beginVerify(next) : first(new State.Rescanning(next), next.queue());
        }
        return Transition.stay(state);
    }

    private static Transition beginVerify(State.Work work) {
        State.Work next = work.withQueue(Script.verify(work.prior()));
        return first(new State.Verifying(next), next.queue());
    }

    private static Transition verifying(State.Verifying state, Event event) {
        State.Work work = state.work();
        if (event instanceof Event.Begin) {
            return first(state, work.queue());
        }
        if (event instanceof Event.Stop stop) {
            return Transition.stay(new State.Verifying(work.stopping(stop.why())));
        }
        boolean looking = head(work.queue()) instanceof Command.Look;
        if (event instanceof Event.Performed performed && !looking) {
            State.Work next = work.withQueue(Lists.rest(work.queue()));
            next = performed.outcome() instanceof Outcome.Done
                    ? next
                    : next.noting(List.of(head(work.queue()) + ": " + text(performed.outcome())));
            return first(new State.Verifying(next), next.queue());
        }
        if (event instanceof Event.Unobservable unobservable && looking) {
            return WayBack.begin(work, "BK-UNREADABLE: " + unobservable.why(), false);
        }
        if (event instanceof Event.Observed observed
                && looking
                && !observed.pulled().isEmpty()) {
            return pulled(work, observed.pulled());
        }
        if (event instanceof Event.Observed observed && looking) {
            return verified(work, observed.now(), observed.corrupt());
        }
        return Transition.stay(state);
    }

    private static Transition verified(State.Work work, Topology now, List<String> corrupt) {
        Plan.Round round = work.plan().rounds().get(work.round());
        List<String> broken = Comparison.afterRound(work.prior(), round.after(), now);
        if (!broken.isEmpty()) {
            return WayBack.begin(work, "BK-MISMATCH: after the rescan " + some(broken), false);
        }
        if (!corrupt.isEmpty()) {
            // Every device works: another remove and rescan on such a tree could only make it worse.
            return settle(work.noting(corrupt), now, Verdict.FAILED, CORRUPT + some(corrupt) + "; every device works");
        }
        List<String> surprises = Comparison.surprises(within(work, round.after()), within(work, now));
        State.Work next =
                work.noting(surprises.stream().map(s -> WayBack.SURPRISE + s).toList());
        if (work.round() + 1 == work.plan().rounds().size()) {
            return settle(next, now, Verdict.DONE, "every device of the plan works");
        }
        if (!surprises.isEmpty()) {
            return settle(
                    next,
                    now,
                    Verdict.ROLLED_BACK,
                    "BK-MISMATCH: stopped after round " + (work.round() + 1)
                            + ", where every device works: the next one rests on a prediction that was wrong: "
                            + some(surprises));
        }
        if (work.stop().isPresent()) {
            return settle(
                    next,
                    now,
                    Verdict.ROLLED_BACK,
                    "BK-STOPPED: " + work.stop().get() + "; stopped after round " + (work.round() + 1)
                            + ", where every device works");
        }
        return beginRound(next, work.round() + 1, now);
    }

    private static Transition settle(State.Work work, Topology now, Verdict verdict, String message) {
        return settle(work.prior(), work.held(), now, verdict, message, work.notes());
    }

    static Transition settle(
            Prior prior, Map<String, String> held, Topology now, Verdict verdict, String message, List<String> notes) {
        Map<String, String> values = new HashMap<>(held);
        prior.align().ifPresent(text -> values.put("resource_alignment", text));
        List<Command> putBack = values.isEmpty() ? List.of() : List.of(new Command.Do(new Effect.PutBack(values)));
        List<Command> queue = Lists.concat(Repair.vfs(prior, now), putBack);
        State.Settling state = new State.Settling(prior, queue, verdict, message, notes);
        return queue.isEmpty() ? end(verdict, message, notes) : first(state, queue);
    }

    private static Transition settling(State.Settling state, Event event) {
        if (event instanceof Event.Begin) {
            return first(state, state.queue());
        }
        if (!(event instanceof Event.Performed performed)) {
            return Transition.stay(state);
        }
        List<String> notes = performed.outcome() instanceof Outcome.Done
                ? state.notes()
                : Lists.concat(state.notes(), List.of(head(state.queue()) + ": " + text(performed.outcome())));
        List<Command> rest = Lists.rest(state.queue());
        if (rest.isEmpty()) {
            return end(state.verdict(), state.message(), notes);
        }
        return first(new State.Settling(state.prior(), rest, state.verdict(), state.message(), notes), rest);
    }

    static Transition first(State state, List<Command> queue) {
        return new Transition(state, queue.isEmpty() ? List.of() : List.of(queue.get(0)));
    }

    static Transition end(Verdict verdict, String message, List<String> notes) {
        return Transition.stay(new State.Ended(verdict, message, notes));
    }

    static Command head(List<Command> queue) {
        return queue.isEmpty() ? new Command.Look("nothing") : queue.get(0);
    }

    static String text(Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed) {
            return failed.message();
        }
        if (outcome instanceof Outcome.Vetoed vetoed) {
            return holders(vetoed.holders());
        }
        return outcome instanceof Outcome.Stuck stuck ? "stuck in " + stuck.where() : "done";
    }

    private static String holders(List<Holder> holders) {
        return "in use: " + holders.stream().map(Holder::toString).collect(Collectors.joining(", "));
    }

    /** The first three of several sentences. */
    static String some(List<String> sentences) {
        String text = sentences.stream().limit(3).collect(Collectors.joining("; "));
        return sentences.size() > 3 ? text + "; and " + (sentences.size() - 3) + " more" : text;
    }
}
