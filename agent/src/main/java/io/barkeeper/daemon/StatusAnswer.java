package io.barkeeper.daemon;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.diagnosis.Trouble.Severity;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.plan.PlanResult;
import java.time.Instant;
import java.util.List;

/** {@code barkeeper.status/1}. From the last look, so that it is quick. For any thread. */
final class StatusAnswer {

    private final Keeper keeper;
    private final Outlook outlook;
    private final Conductor conductor;
    private final ModeSwitch modes;
    private final Pins pins;
    private final Followers followers;
    private final String source;
    private final Instant since = Instant.now();

    /** @param source {@code the running machine}, or what is looked at in its place */
    StatusAnswer(
            Keeper keeper,
            Outlook outlook,
            Conductor conductor,
            ModeSwitch modes,
            Pins pins,
            Followers followers,
            String source) {
        this.keeper = keeper;
        this.outlook = outlook;
        this.conductor = conductor;
        this.modes = modes;
        this.pins = pins;
        this.followers = followers;
        this.source = source;
    }

    JsonObject answer() {
        Situation now = keeper.situation();
        KernelIdentity kernel = now.view().topology().kernel();
        JsonObject status = new JsonObject();
        status.addProperty("schema", "barkeeper.status/1");
        status.addProperty("version", Daemon.VERSION);
        status.addProperty("machine", source);
        status.addProperty("mode", modes.inForce().label());
        status.addProperty("wantedMode", modes.wanted().label());
        status.add("modeLimits", texts(modes.reasons()));
        status.addProperty("kernel", kernel.release());
        status.addProperty("model", now.view().model().name());
        status.addProperty("bootId", kernel.bootId());
        status.addProperty("since", since.toString());
        status.addProperty("lastLook", now.at().toString());
        status.addProperty("functions", now.view().topology().functions().size());
        status.add("troubles", troubles(now));
        status.add("unfulfilledReserves", texts(outlook.unfulfilled()));
        keeper.latest().ifPresent(result -> status.add("plan", plan(result)));
        conductor.running().ifPresent(id -> status.addProperty("running", id));
        conductor.runningTransaction().ifPresent(id -> status.addProperty("transaction", id));
        conductor.stopping().ifPresent(why -> status.addProperty("stopping", why));
        status.add("pins", texts(pins.all().stream().map(Pins.Pin::toString).toList()));
        status.addProperty("followers", followers.count());
        status.add("notes", texts(now.view().notes()));
        return status;
    }

    private static JsonObject troubles(Situation now) {
        JsonObject counts = new JsonObject();
        for (Severity severity : Severity.values()) {
            counts.addProperty(
                    severity.label(),
                    now.troubles().stream()
                            .filter(t -> t.severity() == severity)
                            .count());
        }
        return counts;
    }

    private static JsonObject plan(PlanResult result) {
        JsonObject plan = new JsonObject();
        plan.addProperty("outcome", result.outcome());
        if (result instanceof PlanResult.Feasible feasible) {
            plan.addProperty("id", feasible.plan().id());
        }
        return plan;
    }

    private static JsonArray texts(List<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }
}
