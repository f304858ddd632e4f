package io.barkeeper.transaction;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.PolicyRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of the state machine until it ends. */
final class Run {

    private final Machine machine;
    private final Recorder recorder;
    private final ProgressListener listener;
    private final Ticker ticker;
    private final AtomicReference<@Nullable String> stop;
    private final Topology start;
    private final Outages outages;
    private final DeviceHooks hooks;
    private final Prior prior;
    private final Lookout lookout;
    private final List<StepReport> steps = new ArrayList<>();
    private Topology seen;
    private boolean stopped;
    private boolean told;
    private ForgottenSettings forgotten = ForgottenSettings.NONE;
    private Supplier<Optional<String>> objection = Optional::empty;
    private PolicyRules rules = PolicyRules.NONE;

    Run(
            Machine machine,
            Recorder recorder,
            ProgressListener listener,
            Ticker ticker,
            AtomicReference<@Nullable String> stop,
            Topology start,
            Prior prior,
            DeviceHooks hooks) {
        this.machine = machine;
        this.recorder = recorder;
        this.listener = listener;
        this.ticker = ticker;
        this.stop = stop;
        this.start = start;
        this.seen = start;
        this.hooks = hooks;
        this.prior = prior;
        this.lookout = new Lookout(machine);
        this.outages = new Outages(prior, ticker);
    }

    /** Before a device is taken out, this is asked; an answer ends the transaction as {@link TransactionDriver#stop} does. */
    Run heeding(Supplier<Optional<String>> newObjection) {
        objection = newObjection;
        return this;
    }

    /** What an administrator pins stays where it is also when the way back is planned anew. */
    Run planningBy(PolicyRules newRules) {
        rules = newRules;
        return this;
    }

    /** What a remove forgets is put back at the end, or said. */
    Run remembering(ForgottenSettings settings) {
        forgotten = settings;
        return this;
    }

    /** Empty when all of it is as before. */
    private Optional<String> putBackForgotten(State.Ended ended) {
        Optional<Effect> effect = ended.verdict() == Verdict.WEDGED ? Optional.empty() : forgotten.putBack(steps);
        if (effect.isEmpty()) {
            return Optional.empty();
        }
        recorder.before(effect.get().toString(), ended.phase());
        Outcome outcome = machine.perform(effect.get());
        recorder.after(label(outcome), detail(outcome));
        return outcome instanceof Outcome.Done
                ? Optional.empty()
                : Optional.of("settings that a remove forgets: " + detail(outcome));
    }

    private @Nullable String wish(State state, Transition transition) {
        String wish = stop.get();
        boolean takesOut = state instanceof State.Releasing
                && transition.commands().stream().anyMatch(Run::takesOut);
        return wish == null && takesOut && !stopped ? objection.get().orElse(null) : wish;
    }

    private static boolean takesOut(Command command) {
        return command instanceof Command.Do todo
                && (todo.effect() instanceof Effect.HoldAwake
                        || todo.effect() instanceof Effect.Quiesce
                        || (todo.effect() instanceof Effect.Act act && act.action() instanceof Action.Remove));
    }

    TransactionReport until(State first) {
        Transition transition = TransactionMachine.step(first, new Event.Begin());
        while (!(transition.state() instanceof State.Ended)) {
            State state = transition.state();
            String wish = wish(state, transition);
            if (wish != null && !stopped) {
                stopped = true;
                Transition stopping = TransactionMachine.step(state, new Event.Stop(wish));
                // A state that only takes note goes on with the command that was due.
                transition = stopping.commands().isEmpty() && !(stopping.state() instanceof State.Ended)
                        ? new Transition(stopping.state(), transition.commands())
                        : stopping;
                continue;
            }
            if (transition.commands().isEmpty()) {
                throw new IllegalStateException("the state " + state.phase() + " waits for nothing");
            }
            transition = TransactionMachine.step(
                    state, carryOut(state, transition.commands().get(0)));
        }
        return report((State.Ended) transition.state());
    }

    private Event carryOut(State state, Command command) {
        long begun = ticker.steadyMicros();
        if (command instanceof Command.Do todo) {
            Outcome outcome = perform(state, todo);
            report(state, command, begun, label(outcome), detail(outcome));
            return new Event.Performed(outcome);
        }
        if (command instanceof Command.Replan replan) {
            Event.Replanned replanned = new Replanner(machine, rules).replan(prior, replan);
            String found = replanned.steps().isEmpty() ? "no other steps are proven" : "";
            report(state, command, begun, "done", found);
            return replanned;
        }
        try {
            Lookout.Look look = lookout.look();
            seen = look.now();
            outages.observed(seen);
            report(state, command, begun, "done", TransactionMachine.some(look.corrupt()));
            return new Event.Observed(seen, Pulled.of(prior, seen, machine), look.corrupt());
        } catch (MachineException e) {
            report(state, command, begun, "failed", e.code() + ": " + e.getMessage());
            return new Event.Unobservable(e.code() + ": " + e.getMessage());
        }
    }

    /**
     * On the way forward nothing is done that is not in the journal. On the way back a full disk must not keep devices
     * from working.
     */
    private Outcome perform(State state, Command.Do todo) {
        Optional<Outcome> veto = beforeFirstWrite(state);
        if (veto.isPresent()) {
            return veto.get();
        }
        boolean journalled = recorder.before(todo.effect().toString(), state.phase());
        boolean forward = state instanceof State.Releasing || state instanceof State.Rescanning;
        if (!journalled && forward) {
            return new Outcome.Failed(0, "the step was not taken, since the journal cannot be written");
        }
        outages.beginning(todo.effect());
        Outcome outcome = machine.perform(todo.effect());
        outages.done(todo.effect(), outcome);
        recorder.after(label(outcome), detail(outcome));
        boolean quiesces = forward && todo.effect() instanceof Effect.Quiesce && outcome instanceof Outcome.Done;
        return quiesces ? afterQuiesce(state, ((Effect.Quiesce) todo.effect()).address(), outcome) : outcome;
    }

    /** The hooks before the first write of the way forward; the first that fails vetoes it. */
    private Optional<Outcome> beforeFirstWrite(State state) {
        if (told || !(state instanceof State.Releasing)) {
            return Optional.empty();
        }
        told = true;
        for (Effect.RunHook hook : hooks.beforeFirstWrite()) {
            hooks.tells(hook.address());
            Outcome outcome = hook(state, hook);
            if (!(outcome instanceof Outcome.Done)) {
                return Optional.of(new Outcome.Vetoed(
                        List.of(new Holder(Holder.Kind.HOOK, hook.command().toString(), detail(outcome)))));
            }
        }
        return Optional.empty();
    }

    private Outcome afterQuiesce(State state, PciAddress address, Outcome outcome) {
        Optional<Effect.RunHook> hook = hooks.quiesced(address);
        if (hook.isEmpty()) {
            return outcome;
        }
        Outcome said = hook(state, hook.get());
        return said instanceof Outcome.Done ? outcome : new Outcome.Failed(0, hook.get() + ": " + detail(said));
    }

    private Outcome hook(State state, Effect.RunHook hook) {
        long begun = ticker.steadyMicros();
        Outcome outcome = recorder.before(hook.toString(), state.phase())
                ? machine.perform(hook)
                : new Outcome.Failed(0, "it was not run, since the journal cannot be written");
        recorder.after(label(outcome), detail(outcome));
        report(state, new Command.Do(hook), begun, label(outcome), detail(outcome));
        return outcome;
    }

    private void report(State state, Command command, long begun, String outcome, String detail) {
        int number = steps.size() + 1;
        int total = Math.max(number, number - 1 + state.remaining());
        StepReport step = new StepReport(
                number, total, state.phase(), command.toString(), outcome, detail, ticker.steadyMicros() - begun);
        steps.add(step);
        listener.step(step);
    }

    private TransactionReport report(State.Ended ended) {
        List<String> notes = new ArrayList<>(ended.notes());
        putBackForgotten(ended).ifPresent(notes::add);
        notes.addAll(forgotten.losses(steps, machine));
        for (Effect.RunHook hook : hooks.atTheEnd(seen, ended.verdict())) {
            Outcome outcome = hook(ended, hook);
            if (!(outcome instanceof Outcome.Done)) {
                notes.add(hook + ": " + detail(outcome));
            }
        }
        for (String note : notes) {
            recorder.note(note);
        }
        recorder.end(ended.verdict(), ended.message());
        notes.addAll(recorder.failures());
        boolean missed = ended.message().startsWith("BK-MISMATCH")
                || notes.stream().anyMatch(n -> n.startsWith(WayBack.SURPRISE));
        return new TransactionReport(
                recorder.id(),
                ended.verdict(),
                steps,
                TransactionReport.moved(start, seen),
                outages.ended(),
                seen,
                ended.message(),
                notes,
                !missed);
    }

    private static String label(Outcome outcome) {
        if (outcome instanceof Outcome.Done) {
            return "done";
        }
        if (outcome instanceof Outcome.Failed) {
            return "failed";
        }
        return outcome instanceof Outcome.Vetoed ? "vetoed" : "stuck";
    }

    private static String detail(Outcome outcome) {
        return outcome instanceof Outcome.Done done ? done.detail() : TransactionMachine.text(outcome);
    }
}
