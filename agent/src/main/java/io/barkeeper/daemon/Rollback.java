package io.barkeeper.daemon;

import com.google.gson.JsonObject;
import io.barkeeper.config.Mode;
import io.barkeeper.control.Access;
import io.barkeeper.control.Call;
import io.barkeeper.control.Methods;
import io.barkeeper.control.PlanWish;
import io.barkeeper.control.Refusal;
import io.barkeeper.journal.Entry;
import io.barkeeper.journal.JournalReader;
import io.barkeeper.journal.PriorFunction;
import io.barkeeper.journal.Transcript;
import io.barkeeper.machine.FileTrouble;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.plan.PlanCheck;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Reversal;
import io.barkeeper.transaction.SizingProbe;
import io.barkeeper.transaction.TransactionReport;
import io.barkeeper.transaction.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The method {@code rollback}: a running transaction is asked to go back; otherwise the last one that wrote anything is
 * undone by a plan of its own, as long as the machine is the one that it left.
 */
final class Rollback {

    private final Keeper keeper;
    private final Conductor conductor;
    private final ModeSwitch modes;
    private final WorkLoop loop;
    private final Path journal;

    Rollback(Keeper keeper, Conductor conductor, ModeSwitch modes, WorkLoop loop, Path journal) {
        this.keeper = keeper;
        this.conductor = conductor;
        this.modes = modes;
        this.loop = loop;
        this.journal = journal;
    }

    void register(Methods methods) {
        methods.add("rollback", Access.CHANGE, this::handle);
    }

    private void handle(Call call) throws Refusal {
        Optional<String> id = call.text("id");
        Optional<String> stopped = conductor.runningTransaction();
        if (stopped.isPresent() && id.isPresent() && !same(id.get(), stopped.get())) {
            throw new Refusal(
                    "BK-RUNNING",
                    Refusal.REFUSED,
                    "transaction " + stopped.get() + " is running; no other can be rolled back now",
                    "barkeeper events");
        }
        stopped.ifPresent(s -> conductor.stop("a rollback was asked for"));
        loop.submit(() -> answer(call, id, stopped));
    }

    private void answer(Call call, Optional<String> id, Optional<String> stopped) {
        try {
            Optional<TransactionReport> last = conductor
                    .lastReport()
                    .filter(r -> stopped.filter(r.id()::equals).isPresent())
                    .filter(r -> r.outcome() != Verdict.DONE);
            if (last.isPresent()) {
                boolean back = last.get().outcome() == Verdict.ROLLED_BACK
                        || last.get().outcome() == Verdict.REFUSED;
                call.reply(answer(last.get(), back ? 0 : last.get().outcome().exitCode()));
                return;
            }
            call.reply(roll(call, id));
        } catch (Refusal e) {
            call.fail(e);
        } catch (MachineException e) {
            call.fail(Verbs.unreadable(e));
        } catch (IOException e) {
            call.fail(new Refusal(
                    "BK-JOURNAL",
                    Refusal.UNEXPECTED,
                    "the journal cannot be read: " + FileTrouble.of(e),
                    "look at " + journal));
        } catch (RuntimeException e) {
            Methods.failInternally(call, e);
        }
    }

    private JsonObject roll(Call call, Optional<String> id) throws Refusal, MachineException, IOException {
        if (modes.inForce() == Mode.OBSERVE) {
            throw Refusals.observeOnly(modes.reasons());
        }
        Optional<Transcript> found = last(id);
        if (found.isEmpty()) {
            return nothing("no transaction has written anything yet");
        }
        Transcript transcript = found.get();
        String outcome = transcript.end().map(Entry.End::outcome).orElse("");
        if (outcome.equals(Verdict.ROLLED_BACK.label())) {
            return nothing("transaction " + transcript.id() + " went back by itself");
        }
        Situation now = keeper.lookedAt();
        mustBeAsLeft(transcript, now);
        PlanResult result = Reversal.plan(PlanWish.ANYTHING.on(now.view()), prior(transcript));
        if (result instanceof PlanResult.NothingToDo idle) {
            return nothing(idle.why());
        }
        TransactionReport report = keeper.carryOut(Refusals.feasible(result), step -> call.tell(Verbs.progress(step)));
        return answer(report, report.outcome().exitCode());
    }

    /** The last transaction that wrote anything; an id must name it. */
    private Optional<Transcript> last(Optional<String> id) throws Refusal, IOException {
        List<Transcript> written = JournalReader.list(journal).stream()
                .filter(t -> t.preImage().isPresent())
                .filter(Rollback::hasLeftAnything)
                .toList();
        Optional<Transcript> last = written.isEmpty() ? Optional.empty() : Optional.of(written.get(written.size() - 1));
        if (id.isPresent() && (last.isEmpty() || !same(id.get(), last.get().id()))) {
            Optional<Transcript> named = JournalReader.find(journal, id.get());
            if (named.isEmpty()) {
                throw new Refusal(
                        "BK-NO-TRANSACTION",
                        Refusal.USAGE,
                        "the journal has no transaction " + id.get(),
                        "barkeeper history");
            }
            throw new Refusal(
                    "BK-ROLLBACK-LATE",
                    Refusal.REFUSED,
                    "transaction " + named.get().id()
                            + last.map(l -> " is not the last one that wrote anything: " + l.id() + " is")
                                    .orElse(" wrote nothing"),
                    "barkeeper history");
        }
        return last;
    }

    /** Not one that was refused, which gave back what it had begun with, nor one that only asked BARs for their size. */
    private static boolean hasLeftAnything(Transcript transcript) {
        boolean refused = transcript.end().map(Entry.End::outcome).equals(Optional.of(Verdict.REFUSED.label()));
        boolean asks = transcript.intent().map(Entry.Intent::plan).equals(Optional.of(SizingProbe.PLAN));
        return !refused && !asks && transcript.entries().stream().anyMatch(Entry.Before.class::isInstance);
    }

    private static boolean same(String a, String b) {
        return a.replaceFirst("^0+(?=.)", "").equals(b.replaceFirst("^0+(?=.)", ""));
    }

    private void mustBeAsLeft(Transcript transcript, Situation now) throws Refusal {
        String left = conductor.memory().left(transcript.id()).orElse("");
        if (!left.equals(PlanCheck.digest(now.view().topology()))) {
            throw new Refusal(
                    "BK-ROLLBACK-CHANGED",
                    Refusal.REFUSED,
                    "the machine is no longer the one that transaction " + transcript.id() + " left"
                            + (left.isEmpty() ? ": it was made in another boot, or by another daemon" : ""),
                    "barkeeper plan");
        }
    }

    private static Reversal.Prior prior(Transcript transcript) {
        Map<ResourceId, AddressRange> places = new HashMap<>();
        Set<PciAddress> released = new HashSet<>();
        Set<PciAddress> newcomers = new HashSet<>();
        transcript
                .intent()
                .ifPresent(i -> Stream.concat(i.newcomers().stream(), i.leftOut().stream())
                        .forEach(n -> PciAddress.tryParse(n).ifPresent(newcomers::add)));
        for (PriorFunction function :
                transcript.preImage().map(Entry.PreImage::functions).orElse(List.of())) {
            if (function.released()) {
                released.add(function.address());
            }
            List<PriorFunction.Row> rows = new ArrayList<>(function.virtual() ? List.of() : function.rows());
            rows.forEach(r ->
                    r.range().ifPresent(range -> places.put(new ResourceId(function.address(), r.index()), range)));
        }
        return new Reversal.Prior(places, released, newcomers);
    }

    private static JsonObject answer(TransactionReport report, int exit) {
        JsonObject json = Verbs.result(report);
        json.addProperty("schema", "barkeeper.rollback/1");
        json.addProperty("exit", exit);
        return json;
    }

    private static JsonObject nothing(String why) {
        JsonObject json = Verbs.nothing();
        json.addProperty("schema", "barkeeper.rollback/1");
        json.addProperty("message", why);
        return json;
    }
}
