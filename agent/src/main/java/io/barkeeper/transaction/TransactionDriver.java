package io.barkeeper.transaction;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.Transcript;
import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Forgotten;
import io.barkeeper.plan.Plan;
import io.barkeeper.policy.PolicyRules;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one transaction at a time on the caller's thread: each effect is on disk in the journal before it is begun, what
 * came of it afterwards.
 */
public final class TransactionDriver {

    private final Ticker ticker;
    private final AtomicReference<@Nullable String> stop = new AtomicReference<>();

    public TransactionDriver() {
        this(Ticker.SYSTEM);
    }

    TransactionDriver(Ticker ticker) {
        this.ticker = ticker;
    }

    /**
     * Asks the running transaction, or the next one, to end early; may be called from any thread, more than once.
     *
     * @param why for the message, one clause
     */
    public void stop(String why) {
        stop.compareAndSet(null, why);
    }

    /** Forgets what was asked of an earlier transaction. What is asked after this is asked of the next one. */
    public void forgetStop() {
        stop.set(null);
    }

    /** Why the running transaction is to end early; for any thread. */
    public Optional<String> stopping() {
        return Optional.ofNullable(stop.get());
    }

    /**
     * Carries out a plan. Nothing is written before the journal holds the intent and the prior state.
     *
     * @return how it ended; a journal that cannot be begun is {@link Verdict#REFUSED}
     */
    public TransactionReport run(Plan plan, Machine machine, Journal journal, ProgressListener listener) {
        return run(plan, machine, journal, PolicyRules.NONE, Optional::empty, listener);
    }

    /**
     * Carries out a plan, with the hooks that these rules have for the devices that it takes out.
     *
     * @param objection why no further device may be taken out now, asked before each is, one clause; empty when one may
     * @return as {@link #run(Plan, Machine, Journal, ProgressListener)}
     */
    public TransactionReport run(
            Plan plan,
            Machine machine,
            Journal journal,
            PolicyRules rules,
            Supplier<Optional<String>> objection,
            ProgressListener listener) {
        Recorder recorder;
        try {
            String id = journal.nextId();
            recorder = new Recorder(id, journal.begin(intent(plan, id)), ticker);
        } catch (IOException e) {
            String why = "BK-JOURNAL: the journal " + journal.directory() + " cannot be written (" + e.getMessage()
                    + "); nothing was written to the machine; free space or repair it, then apply again";
            return TransactionReport.refused(plan.start(), why);
        }
        try (recorder) {
            Set<PciAddress> asked = new HashSet<>(Script.survivors(plan));
            plan.rounds().forEach(r -> asked.addAll(r.released()));
            Map<String, String> settings = machine.settings(asked);
            Prior prior = Prior.of(plan).overriding(settings);
            State start = TransactionMachine.start(plan, prior);
            if (!recorder.write(new Entry.PreImage(prior.functions(), settings))) {
                start = new State.Ended(
                        Verdict.REFUSED, "BK-JOURNAL: the journal cannot be written; nothing was written", List.of());
            }
            DeviceHooks hooks = DeviceHooks.of(prior, plan.start(), rules, recorder.id());
            return new Run(machine, recorder, listener, ticker, stop, plan.start(), prior, hooks)
                    .heeding(objection)
                    .planningBy(rules)
                    .remembering(new ForgottenSettings(settings, machine.payloads(asked), Forgotten.by(plan), false))
                    .until(start);
        }
    }

    /** Goes on with a transaction that is on its way back. */
    TransactionReport resume(
            State.RollingBack state,
            Transcript transcript,
            Machine machine,
            PolicyRules rules,
            Recorder recorder,
            ProgressListener listener)
            throws MachineException {
        Topology now = machine.observe();
        Prior prior = state.back().prior();
        DeviceHooks hooks = DeviceHooks.of(prior, now, rules, recorder.id()).toldBy(transcript);
        Map<String, String> settings =
                transcript.preImage().map(Entry.PreImage::settings).orElse(Map.of());
        return new Run(machine, recorder, listener, ticker, stop, now, prior, hooks)
                .planningBy(rules)
                .remembering(new ForgottenSettings(
                        settings, Map.of(), List.of(), state.back().removed()))
                .until(state);
    }

    private Entry.Intent intent(Plan plan, String id) {
        return new Entry.Intent(
                id,
                plan.id(),
                plan.start().kernel().bootId(),
                plan.start().kernel().release(),
                ticker.epochMicros(),
                plan.newcomers().stream().map(Object::toString).toList(),
                plan.leftOut().stream().map(l -> l.address().toString()).toList(),
                plan.actions().stream().map(Object::toString).toList(),
                plan.rounds().stream().map(TransactionDriver::fallback).toList());
    }

    private static List<String> fallback(Plan.Round round) {
        List<Action> steps = round.fallback().steps();
        return (steps.isEmpty()
                        ? round.actions().stream().filter(Script::isRescan).toList()
                        : steps)
                .stream().map(Object::toString).toList();
    }
}
