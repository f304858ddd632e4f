package io.barkeeper.transaction;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.PriorFunction;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Asks BARs for their size whose rows the kernel has wiped and of which nothing else tells: all ones are written, and what
 * stays is the size (PCI Local Bus 3.0, 6.2.5.1). Only functions that nobody can miss meanwhile are asked: no driver, and a
 * command register that decodes neither I/O nor memory, so that no value of the register has an effect.
 *
 * <p>It is a small transaction with a journal of its own. Cut off in the middle it needs no way back: the function still
 * decodes nothing, and the next question leaves 0 in a register that it finds full of ones.
 */
public final class SizingProbe {

    /** What a journal has in the place of a plan's id. */
    public static final String PLAN = "sizing";

    /** How each step begins in a journal. */
    static final String STEP = "probe-bar-size ";

    /** I/O and memory space enable (PCI Local Bus 3.0, 6.2.2). */
    private static final int DECODE = 3;

    private final Ticker ticker;

    public SizingProbe() {
        this(Ticker.SYSTEM);
    }

    SizingProbe(Ticker ticker) {
        this.ticker = ticker;
    }

    /** The BARs that can be asked, in the order of the topology. */
    public static List<Effect.ProbeBarSize> questions(Topology topology) {
        List<Effect.ProbeBarSize> questions = new ArrayList<>();
        for (PciFunction function : topology.functions()) {
            boolean quiet = function.driver().isEmpty()
                    && !function.isVirtualFunction()
                    && function.command().isPresent()
                    && (function.command().getAsInt() & DECODE) == 0;
            for (Resource resource : function.resources()) {
                if (quiet
                        && resource.isStandardBar()
                        && !resource.isAssigned()
                        && resource.size().isEmpty()) {
                    questions.add(new Effect.ProbeBarSize(function.address(), resource.index()));
                }
            }
        }
        return questions;
    }

    /**
     * Asks them, each step in the journal before it is taken.
     *
     * @return the sizes that came back, bytes; what was refused is left out and stands in the journal
     * @throws IOException when the journal cannot be written; what follows was not asked then
     */
    public Map<ResourceId, Long> ask(
            List<Effect.ProbeBarSize> questions, Topology topology, Machine machine, Journal journal)
            throws IOException {
        Map<ResourceId, Long> sizes = new TreeMap<>();
        String id = journal.nextId();
        try (Recorder recorder = new Recorder(id, journal.begin(intent(id, questions, topology)), ticker)) {
            recorder.write(new Entry.PreImage(functions(questions, topology), Map.of()));
            for (Effect.ProbeBarSize question : questions) {
                if (!recorder.before(question.toString(), PLAN)) {
                    throw new IOException(String.join("; ", recorder.failures()));
                }
                Outcome outcome = machine.perform(question);
                if (outcome instanceof Outcome.Done done) {
                    sizes.put(
                            new ResourceId(question.address(), question.bar()), Long.parseUnsignedLong(done.detail()));
                    recorder.after("done", done.detail() + " bytes");
                } else {
                    recorder.after(outcome instanceof Outcome.Stuck ? "stuck" : "failed", outcome.toString());
                }
            }
            boolean all = sizes.size() == questions.size();
            recorder.end(
                    all ? Verdict.DONE : Verdict.REFUSED,
                    sizes.size() + " of " + questions.size() + " BARs told their size");
        }
        return sizes;
    }

    private Entry.Intent intent(String id, List<Effect.ProbeBarSize> questions, Topology topology) {
        return new Entry.Intent(
                id,
                PLAN,
                topology.kernel().bootId(),
                topology.kernel().release(),
                ticker.epochMicros(),
                questions.stream().map(q -> q.address().toString()).distinct().toList(),
                List.of(),
                questions.stream().map(Effect.ProbeBarSize::toString).toList(),
                List.of());
    }

    private static List<PriorFunction> functions(List<Effect.ProbeBarSize> questions, Topology topology) {
        return questions.stream()
                .map(Effect.ProbeBarSize::address)
                .distinct()
                .map(a -> PriorFunction.of(topology, topology.get(a), false))
                .toList();
    }

    /** The topology with these sizes in rows that had none. */
    public static Topology answered(Topology topology, Map<ResourceId, Long> sizes) {
        return topology.map(f -> f.withResources(f.resources().stream()
                .map(r -> {
                    Long size = sizes.get(new ResourceId(f.address(), r.index()));
                    return size == null || r.size().isPresent() ? r : r.withSize(OptionalLong.of(size));
                })
                .toList()));
    }
}
