package io.barkeeper.snapshot;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.barkeeper.kernel.Action;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Certificate;
import io.barkeeper.plan.Forgotten;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Reserve;
import java.util.List;

/** The planner's answer as {@code barkeeper.plan/1}. What an outcome does not have is null or empty. */
public final class PlanJson {

    public static final String SCHEMA = "barkeeper.plan/1";

    private PlanJson() {}

    /** The answer to a wish for room: the ports stand under {@code reserves}, for no newcomer is in them yet. */
    public static JsonObject toJson(PlanResult result, List<Reserve> wishes) {
        JsonObject json = toJson(result);
        JsonArray reserves = new JsonArray();
        for (Reserve wish : wishes) {
            JsonObject reserve = new JsonObject();
            reserve.addProperty("port", wish.port().toString());
            reserve.addProperty("device", wish.device().toString());
            reserves.add(reserve);
        }
        json.add("reserves", reserves);
        if (!wishes.isEmpty()) {
            json.add("newcomers", new JsonArray());
        }
        return json;
    }

    public static JsonObject toJson(PlanResult result) {
        JsonObject json = new JsonObject();
        json.addProperty("schema", SCHEMA);
        json.add("id", JsonNull.INSTANCE);
        json.addProperty("outcome", result.outcome());
        json.add("newcomers", new JsonArray());
        json.add("disturbs", new JsonArray());
        json.add("steps", new JsonArray());
        json.add("predicted", JsonNull.INSTANCE);
        json.add("fallback", JsonNull.INSTANCE);
        json.add("rejected", new JsonArray());
        json.add("certificate", JsonNull.INSTANCE);
        if (result instanceof PlanResult.NothingToDo nothing) {
            json.addProperty("why", nothing.why());
        } else if (result instanceof PlanResult.Feasible feasible) {
            plan(json, feasible.plan());
        } else if (result instanceof PlanResult.Refused refused) {
            json.add("newcomers", addresses(refused.newcomers()));
            json.add("obstacles", obstacles(refused.obstacles()));
            json.add("rejected", rejected(refused.rejected()));
            json.add("layout", layout(refused.layout()));
        } else if (result instanceof PlanResult.Infeasible infeasible) {
            json.add("newcomers", addresses(infeasible.newcomers()));
            json.add("certificate", certificate(infeasible.certificate()));
            json.add("rejected", rejected(infeasible.rejected()));
        }
        return json;
    }

    private static void plan(JsonObject into, Plan plan) {
        into.addProperty("id", plan.id());
        into.add("newcomers", addresses(plan.newcomers()));
        into.add("ports", addresses(plan.ports()));
        JsonArray disturbs = new JsonArray();
        for (Plan.Disturbance disturbance : plan.disturbs()) {
            JsonObject json = new JsonObject();
            json.addProperty("address", disturbance.address().toString());
            json.addProperty("driver", disturbance.driver());
            json.addProperty("cost", disturbance.cost());
            json.addProperty("bridge", plan.start().get(disturbance.address()).isBridge());
            disturbs.add(json);
        }
        into.add("disturbs", disturbs);
        into.add("steps", steps(plan.actions(), plan.start()));
        into.add("predicted", SnapshotJson.toJson(plan.predicted()));
        into.add("fallback", fallback(plan.fallback(), plan.start()));
        JsonArray rounds = new JsonArray();
        for (Plan.Round round : plan.rounds()) {
            JsonObject json = new JsonObject();
            json.add("steps", steps(round.actions(), plan.start()));
            json.add("fallback", fallback(round.fallback(), plan.start()));
            rounds.add(json);
        }
        into.add("rounds", rounds);
        JsonArray forgets = new JsonArray();
        Forgotten.by(plan).forEach(forgets::add);
        into.add("forgets", forgets);
        into.add("rejected", rejected(plan.rejected()));
        into.add("leftOut", leftOut(plan.leftOut()));
    }

    private static JsonObject fallback(Plan.Fallback fallback, Topology start) {
        JsonObject json = new JsonObject();
        json.addProperty("proven", fallback.proven());
        json.add("steps", steps(fallback.steps(), start));
        return json;
    }

    private static JsonArray leftOut(List<Plan.LeftOut> others) {
        JsonArray array = new JsonArray();
        for (Plan.LeftOut other : others) {
            JsonObject json = new JsonObject();
            json.addProperty("address", other.address().toString());
            json.addProperty("why", other.why());
            array.add(json);
        }
        return array;
    }

    private static JsonArray steps(List<Action> actions, Topology start) {
        JsonArray steps = new JsonArray();
        for (Action action : actions) {
            JsonObject json = new JsonObject();
            json.addProperty("action", action.toString());
            json.addProperty("write", SysfsWrites.of(action, start));
            steps.add(json);
        }
        return steps;
    }

    private static JsonArray obstacles(List<PlanResult.Obstacle> obstacles) {
        JsonArray array = new JsonArray();
        for (PlanResult.Obstacle obstacle : obstacles) {
            JsonObject json = new JsonObject();
            json.addProperty("address", obstacle.address().toString());
            json.addProperty("why", obstacle.why());
            json.addProperty("remedy", obstacle.remedy());
            array.add(json);
        }
        return array;
    }

    private static JsonArray rejected(List<PlanResult.Rejected> ways) {
        JsonArray array = new JsonArray();
        for (PlanResult.Rejected way : ways) {
            JsonObject json = new JsonObject();
            json.addProperty("what", way.what());
            json.addProperty("why", way.why());
            array.add(json);
        }
        return array;
    }

    /** Where a layout that this kernel does not find would put each BAR; null when none is known. */
    private static JsonElement layout(List<PlanResult.Place> places) {
        JsonArray all = new JsonArray();
        for (PlanResult.Place place : places) {
            JsonObject json = new JsonObject();
            json.addProperty("address", place.resource().address().toString());
            json.addProperty("index", place.resource().index());
            json.addProperty("start", hex(place.range().start()));
            json.addProperty("end", hex(place.range().end()));
            all.add(json);
        }
        return all.isEmpty() ? JsonNull.INSTANCE : all;
    }

    private static JsonElement certificate(Certificate certificate) {
        JsonObject json = new JsonObject();
        json.addProperty("container", certificate.container());
        json.addProperty("capacity", hex(certificate.capacity()));
        json.addProperty("needed", hex(certificate.needed()));
        json.addProperty("missing", hex(certificate.missing()));
        JsonArray pinned = new JsonArray();
        certificate.pinned().forEach(id -> {
            JsonObject one = new JsonObject();
            one.addProperty("address", id.address().toString());
            one.addProperty("index", id.index());
            pinned.add(one);
        });
        json.add("pinned", pinned);
        json.addProperty("remedy", certificate.remedy());
        return json;
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static JsonArray addresses(List<PciAddress> addresses) {
        JsonArray array = new JsonArray();
        addresses.forEach(a -> array.add(a.toString()));
        return array;
    }
}
