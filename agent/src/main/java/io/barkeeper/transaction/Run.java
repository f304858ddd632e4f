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
import io.barkeeper.snapshot.TreeContradictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
    private final List<StepReport> steps = new ArrayList<>();
    private Topology seen;
    private boolean stopped;
    private boolean told;
    private boolean removedEarlier;
    private Map<String, String> forgotten = Map.of();
    private Supplier<Optional<String>> objection = Optional::empty;
    private Map<PciAddress, Integer> payloads = Map.of();
    private List<String> lost = List.of();
    /** What the resource tree and sysfs did not agree on at the first look. */
    private @Nullable Set<String> known;

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

    /**
     * What a remove forgets is put back at the end: power settings and link power management of the functions that were
     * found anew. A driver_override comes earlier, see {@link Script#verify}.
     *
     * @param settings of before, path below {@code /sys/bus/pci} to value
     */
    Run remembering(Map<String, String> settings) {
        Map<String, String> kept = new TreeMap<>(settings);
        kept.keySet().removeIf(path -> !path.startsWith("devices/") || path.endsWith("/driver_override"));
        kept.values().removeIf("(null)"::equals);
        forgotten = kept;
        return this;
    }

    /**
     * What is not put back is said at the end.
     *
     * @param newPayloads the Max_Payload_Size of each function before, bytes: it is compared, never written
     * @param sentences what the kernel forgets of what is taken out
     */
    Run losing(Map<PciAddress, Integer> newPayloads, List<String> sentences) {
        payloads = Map.copyOf(newPayloads);
        lost = List.copyOf(sentences);
        return this;
    }

    /** Whether a process before this one has removed anything: what that forgot is put back by this one. */
    Run continuing(boolean newRemovedEarlier) {
        removedEarlier = newRemovedEarlier;
        return this;
    }

    private boolean hasRemoved() {
        return removedEarlier || steps.stream().anyMatch(s -> s.what().startsWith("remove:"));
    }

    private List<String> losses() {
        List<String> losses = new ArrayList<>();
        if (!hasRemoved()) {
            return losses;
        }
        lost.forEach(l -> losses.add("not put back: " + l));
        Map<PciAddress, Integer> now = machine.payloads(payloads.keySet());
        new TreeMap<>(payloads).forEach((address, was) -> {
            Integer is = now.get(address);
            if (is != null && !is.equals(was)) {
                losses.add("Max_Payload_Size of " + address + " was " + was + " bytes and is " + is
                        + ": the kernel chose it anew, and nobody writes it");
            }
        });
        return losses;
    }

    /** Empty when all of it is as before. */
    private Optional<String> putBackForgotten(State.Ended ended) {
        if (!hasRemoved() || forgotten.isEmpty() || ended.verdict() == Verdict.WEDGED) {
            return Optional.empty();
        }
        Effect effect = new Effect.PutBack(forgotten);
        recorder.before(effect.toString(), ended.phase());
        Outcome outcome = machine.perform(effect);
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

    private record Look(Topology now, List<String> corrupt) {}

    /**
     * Sysfs and the resource tree are not read in one moment, so a contradiction counts when a second look finds it too;
     * one that was there before the first step is none of this transaction's.
     */
    private Look look() throws MachineException {
        Topology now = machine.observe();
        List<TreeContradictions.Contradiction> found = machine.contradictions(now);
        if (known == null) {
            known = found.stream()
                    .map(TreeContradictions.Contradiction::subject)
                    .collect(Collectors.toSet());
        }
        Set<String> before = known;
        if (found.stream().allMatch(c -> before.contains(c.subject()))) {
            return new Look(now, List.of());
        }
        Topology again = machine.observe();
        List<String> corrupt = machine.contradictions(again).stream()
                .filter(c -> !before.contains(c.subject()))
                .map(TreeContradictions.Contradiction::why)
                .toList();
        return new Look(again, corrupt);
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
            Look look = look();
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
        notes.addAll(losses());
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
