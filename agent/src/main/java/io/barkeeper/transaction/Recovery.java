package io.barkeeper.transaction;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.Transcript;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.ActionSyntaxException;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.policy.PolicyRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What to do at start with transactions that nobody closed: the process was killed, or the machine went down.
 *
 * <p>One of another boot is closed with a note, since a boot finds every device anew. One of this boot in which nothing
 * had been written is closed too. Otherwise the machine is taken back to where everything works that worked before, on the
 * way that was proven then and stands in the journal: what is still there of it is asked, unbound and removed, the scope is
 * scanned again and drivers are bound. Where all works anyhow nothing is done.
 */
public final class Recovery {

    private Recovery() {}

    /**
     * Closes all that is open.
     *
     * @return what was done about transactions of this boot that had begun; usually nothing
     * @throws IOException when the journal cannot be read or written
     * @throws MachineException when the machine cannot be read; the transactions stay open
     */
    public static List<TransactionReport> run(Machine machine, Journal journal, ProgressListener listener)
            throws IOException, MachineException {
        return run(machine, journal, PolicyRules.NONE, listener);
    }

    /**
     * Closes all that is open, and runs the last hooks of devices whose first ones had been run.
     *
     * @return as {@link #run(Machine, Journal, ProgressListener)}
     */
    public static List<TransactionReport> run(
            Machine machine, Journal journal, PolicyRules rules, ProgressListener listener)
            throws IOException, MachineException {
        List<TransactionReport> reports = new ArrayList<>();
        List<Transcript> unfinished = journal.unfinished();
        if (unfinished.isEmpty()) {
            return reports;
        }
        String boot = machine.observe().kernel().bootId();
        for (Transcript transcript : unfinished) {
            try (Recorder recorder =
                    new Recorder(transcript.id(), journal.resume(transcript), Ticker.SYSTEM).goingOnAfter(transcript)) {
                transcript.damage().forEach(d -> recorder.note("line " + d.line() + ": " + d.why()));
                Optional<State.RollingBack> state = unfinishedWork(transcript, boot, recorder);
                if (state.isPresent()) {
                    recorder.note("going back after a restart");
                    reports.add(new TransactionDriver()
                            .resume(state.get(), transcript, machine, rules, recorder, listener));
                }
            }
        }
        return reports;
    }

    /** Empty when the transaction only had to be closed, which is done. */
    private static Optional<State.RollingBack> unfinishedWork(Transcript transcript, String boot, Recorder recorder) {
        long now = Ticker.SYSTEM.epochMicros();
        Optional<Entry.Intent> intent = transcript.intent();
        Optional<Entry.PreImage> preImage = transcript.preImage();
        boolean begun = transcript.entries().stream().anyMatch(Entry.Before.class::isInstance);
        if (intent.isPresent() && !intent.get().bootId().equals(boot)) {
            recorder.write(new Entry.End("abandoned", "another boot has begun: every device was found anew", now));
            return Optional.empty();
        }
        if (intent.isEmpty() || preImage.isEmpty() || !begun) {
            recorder.write(new Entry.End("refused", "ended before the first write", now));
            return Optional.empty();
        }
        if (intent.get().steps().stream().allMatch(s -> s.startsWith(SizingProbe.STEP))) {
            recorder.write(new Entry.End(
                    "abandoned", "the BARs that were being asked decode nothing; they are asked again", now));
            return Optional.empty();
        }
        return Optional.of(wayBack(transcript, intent.get(), preImage.get()));
    }

    private static State.RollingBack wayBack(Transcript transcript, Entry.Intent intent, Entry.PreImage image) {
        Set<PciAddress> unowed = new HashSet<>();
        intent.newcomers().forEach(n -> PciAddress.tryParse(n).ifPresent(unowed::add));
        intent.leftOut().forEach(n -> PciAddress.tryParse(n).ifPresent(unowed::add));
        Prior prior = new Prior(
                        image.functions(),
                        unowed,
                        aligns(transcript, intent)
                                ? Optional.of(image.settings().getOrDefault("resource_alignment", ""))
                                : Optional.empty())
                .overriding(image.settings());
        boolean removed = transcript.entries().stream()
                .anyMatch(
                        e -> e instanceof Entry.Before before && before.effect().startsWith("remove:"));
        State.Back back = new State.Back(
                prior,
                fallback(intent, round(transcript)),
                removed,
                State.Back.Stage.LOOKING,
                0,
                0,
                List.of(new Command.Look("see what is there")),
                held(image, prior),
                "BK-RESTARTED: the transaction was cut off",
                Verdict.ROLLED_BACK,
                Set.of(),
                List.of());
        return new State.RollingBack(back);
    }

    /** By the plan, by the way back, or by one that was planned anew. */
    private static boolean aligns(Transcript transcript, Entry.Intent intent) {
        Stream<String> begun = transcript.entries().stream()
                .filter(Entry.Before.class::isInstance)
                .map(e -> ((Entry.Before) e).effect());
        Stream<String> planned = Stream.concat(
                intent.steps().stream(), intent.fallbacks().stream().flatMap(List::stream));
        return Stream.concat(begun, planned).anyMatch(s -> s.startsWith("align:"));
    }

    /** Power settings of all that was not taken out: what was never changed is written once more, which does nothing. */
    private static Map<String, String> held(Entry.PreImage image, Prior prior) {
        Set<String> released = new HashSet<>();
        prior.released().forEach(f -> released.add(f.address().toString()));
        Map<String, String> held = new HashMap<>();
        image.settings().forEach((path, value) -> {
            String[] parts = path.split("/");
            boolean power = path.endsWith("/power/control") || path.endsWith("/d3cold_allowed");
            if (power && parts.length > 2 && !released.contains(parts[1])) {
                held.put(path, value);
            }
        });
        return held;
    }

    /** The round that was running, from 0: each begins with a release after the rescan of the one before. */
    private static int round(Transcript transcript) {
        int round = 0;
        boolean rescanned = false;
        for (Entry entry : transcript.entries()) {
            if (entry instanceof Entry.Before before) {
                boolean releasing = before.phase().equals("releasing");
                round += releasing && rescanned ? 1 : 0;
                rescanned = !releasing && (rescanned || before.phase().equals("rescanning"));
            }
        }
        return round;
    }

    /** The way back that was proven before the first write; of a journal that has none, the rescans of the plan. */
    private static List<Action> fallback(Entry.Intent intent, int round) {
        List<Action> proven = actions(intent.fallback(round));
        return proven.isEmpty()
                ? actions(intent.steps()).stream().filter(Script::isRescan).toList()
                : proven;
    }

    /** Empty when one of them is no action: a journal that another version wrote is not followed by halves. */
    private static List<Action> actions(List<String> steps) {
        try {
            return steps.stream().map(ActionParser::parse).toList();
        } catch (ActionSyntaxException e) {
            return List.of();
        }
    }
}
