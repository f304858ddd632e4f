package io.barkeeper.daemon;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.config.Mode;
import io.barkeeper.control.Access;
import io.barkeeper.control.Answers;
import io.barkeeper.control.Call;
import io.barkeeper.control.Methods;
import io.barkeeper.control.PlanWish;
import io.barkeeper.control.Refusal;
import io.barkeeper.control.View;
import io.barkeeper.control.Wishes;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.snapshot.PlanJson;
import io.barkeeper.snapshot.SnapshotJson;
import io.barkeeper.transaction.StepReport;
import io.barkeeper.transaction.TransactionReport;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/** The methods of the control socket, named after the verbs of the CLI. */
final class Verbs {

    /** A look that is not older than this is fresh. */
    private static final Duration FRESH = Duration.ofMillis(250);

    /** An answer that is made from a fresh look. */
    private interface Question {
        JsonObject answer(Call call, Situation situation) throws Refusal;
    }

    private final Keeper keeper;
    private final Conductor conductor;
    private final ModeSwitch modes;
    private final WorkLoop loop;
    private final Followers followers;
    private final HistoryAnswer history;
    private final StatusAnswer status;

    Verbs(
            Keeper keeper,
            Conductor conductor,
            ModeSwitch modes,
            WorkLoop loop,
            Followers followers,
            HistoryAnswer history,
            StatusAnswer status) {
        this.keeper = keeper;
        this.conductor = conductor;
        this.modes = modes;
        this.loop = loop;
        this.followers = followers;
        this.history = history;
        this.status = status;
    }

    void register(Methods methods) {
        methods.add("status", Access.READ, call -> call.reply(status.answer()));
        ask(methods, "list", (call, s) -> Answers.list(s.view()));
        ask(methods, "map", (call, s) -> Answers.map(s.view()));
        ask(methods, "check", (call, s) -> Answers.check(s.view()));
        ask(methods, "snapshot", (call, s) -> SnapshotJson.toJson(s.view().topology()));
        ask(methods, "explain", (call, s) -> Answers.explain(s.view(), address(call)));
        ask(methods, "simulate", (call, s) -> Answers.simulate(s.view(), call.texts("actions")));
        ask(methods, "plan", (call, s) -> {
            PlanWish wish = wish(call, s.view());
            return PlanJson.toJson(keeper.plan(s, wish), wish.reserves());
        });
        methods.add("events", Access.READ, followers::add);
        methods.add("history", Access.READ, call -> call.reply(history.answer(call.text("id"))));
        methods.add("mode", Access.READ, this::mode);
        methods.add("apply", Access.CHANGE, this::apply);
    }

    /** The look is the loop's; the answer is made on the caller's thread. While a plan runs, the last look must do. */
    private void ask(Methods methods, String name, Question question) {
        methods.add(name, Access.READ, call -> {
            if (conductor.running().isPresent()) {
                answer(call, question, keeper.situation());
                return;
            }
            loop.submit(() -> {
                try {
                    Situation fresh = keeper.refreshed(FRESH, loop.isSettling());
                    methods.later(() -> answer(call, question, fresh));
                } catch (MachineException e) {
                    call.fail(unreadable(e));
                } catch (RejectedExecutionException e) {
                    call.fail(
                            new Refusal("BK-BUSY", Refusal.UNEXPECTED, "too many requests wait already", "try again"));
                }
            });
        });
    }

    private static void answer(Call call, Question question, Situation situation) {
        try {
            JsonObject answer = question.answer(call, situation);
            if (!call.method().equals("snapshot")) {
                addNotes(answer, situation.view());
            }
            call.reply(answer);
        } catch (Refusal e) {
            call.fail(e);
        } catch (RuntimeException e) {
            Methods.failInternally(call, e);
        }
    }

    private static void addNotes(JsonObject answer, View view) {
        if (!view.notes().isEmpty() && !answer.has("notes")) {
            JsonArray notes = new JsonArray();
            view.notes().forEach(notes::add);
            answer.add("notes", notes);
        }
    }

    static Refusal unreadable(MachineException e) {
        return new Refusal(e.code(), Refusal.UNEXPECTED, String.valueOf(e.getMessage()), "");
    }

    static PciAddress address(Call call) throws Refusal {
        return Call.address(call.text("address")
                .orElseThrow(() -> new Refusal("BK-PARAMS", Refusal.USAGE, "the parameter 'address' is missing", "")));
    }

    private static PlanWish wish(Call call, View view) throws Refusal {
        Set<PciAddress> wished = new HashSet<>();
        for (String text : call.texts("for")) {
            wished.add(Call.address(text));
        }
        Set<String> risks = Set.copyOf(call.texts("acceptRisks"));
        Optional<String> unknown = PlanWish.unknownRisk(risks);
        if (unknown.isPresent()) {
            throw new Refusal("BK-PARAMS", Refusal.USAGE, unknown.get(), "barkeeper help plan");
        }
        return new PlanWish(wished, risks, Wishes.named(view, call.texts("reserve")));
    }

    private void mode(Call call) throws Refusal {
        Optional<String> name = call.text("mode");
        if (name.isPresent()) {
            if (!call.peer().access().covers(Access.CHANGE)) {
                throw new Refusal(
                        "BK-NOT-PERMITTED",
                        Refusal.NOT_PERMITTED,
                        "user " + call.peer().user() + " may read the mode, but only root may change it",
                        "run it as root");
            }
            modes.ask(Mode.named(name.get())
                    .orElseThrow(() -> new Refusal(
                            "BK-USAGE",
                            Refusal.USAGE,
                            "'" + name.get() + "' is no mode",
                            "one of observe, confirm and automatic")));
            conductor.conclusions().publishMode();
            loop.submit(loop::again);
        }
        JsonObject answer = new JsonObject();
        answer.addProperty("schema", "barkeeper.mode/1");
        answer.addProperty("mode", modes.inForce().label());
        answer.addProperty("wanted", modes.wanted().label());
        call.reply(answer);
    }

    private void apply(Call call) throws Refusal {
        Optional<String> plan = call.text("plan");
        PlanWish wish = wish(call, keeper.situation().view());
        if (conductor.running().isPresent()) {
            throw new Refusal(
                    "BK-RUNNING",
                    Refusal.REFUSED,
                    "plan " + conductor.running().get() + " is being carried out",
                    "barkeeper events");
        }
        loop.submit(() -> apply(call, plan, wish));
    }

    private void apply(Call call, Optional<String> plan, PlanWish wish) {
        try {
            Optional<TransactionReport> report = keeper.apply(plan, wish, step -> call.tell(progress(step)));
            call.reply(report.map(Verbs::result).orElseGet(Verbs::nothing));
        } catch (Refusal e) {
            call.fail(e);
        } catch (MachineException e) {
            call.fail(unreadable(e));
        } catch (RuntimeException e) {
            Methods.failInternally(call, e);
        }
    }

    static JsonObject progress(StepReport step) {
        JsonObject json = new JsonObject();
        json.addProperty("schema", "barkeeper.progress/1");
        json.addProperty("step", step.number());
        json.addProperty("of", step.total());
        json.addProperty("phase", step.phase());
        json.addProperty("what", step.what());
        json.addProperty("outcome", step.outcome());
        json.addProperty("detail", step.detail());
        json.addProperty("seconds", step.micros() / 1e6);
        return json;
    }

    static JsonObject result(TransactionReport report) {
        JsonObject json = new JsonObject();
        json.addProperty("schema", "barkeeper.apply/1");
        json.addProperty("transaction", report.id());
        json.addProperty("outcome", report.outcome().label());
        json.addProperty("exit", report.outcome().exitCode());
        json.addProperty("message", report.message());
        json.addProperty("predictionHeld", report.predictionHeld());
        JsonArray moved = new JsonArray();
        report.movedResources().forEach(m -> {
            JsonObject one = new JsonObject();
            one.addProperty("address", m.resource().address().toString());
            one.addProperty("index", m.resource().index());
            one.addProperty("from", m.from().map(Object::toString).orElse(null));
            one.addProperty("to", m.to().map(Object::toString).orElse(null));
            moved.add(one);
        });
        json.add("moved", moved);
        JsonArray notes = new JsonArray();
        report.notes().forEach(notes::add);
        json.add("notes", notes);
        return json;
    }

    static JsonObject nothing() {
        JsonObject json = new JsonObject();
        json.addProperty("schema", "barkeeper.apply/1");
        json.addProperty("outcome", "nothing-to-do");
        json.addProperty("exit", 0);
        json.addProperty("message", "every required resource is placed");
        return json;
    }
}
