package io.barkeeper.snapshot;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.kernel.trust.Judgement;
import io.barkeeper.kernel.trust.Layout;
import io.barkeeper.kernel.trust.Step;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A failed prediction as {@code barkeeper.miss/1}: the machine before, what the kernel did, what arrived, and what came of
 * it. The keys {@code name} to {@code harmed} are those of a recorded triple of the conformance lab, so that a miss can be
 * replayed there as it is.
 */
public final class MissJson {

    private static final Gson GSON = new Gson();

    private MissJson() {}

    /**
     * @param name of the miss
     * @param model that predicted
     */
    public static JsonObject toJson(String name, String model, Topology before, Judgement.Miss miss, Topology after) {
        List<PciFunction> plugged =
                miss.steps().stream().flatMap(s -> s.plugged().stream()).toList();
        JsonObject json = new JsonObject();
        json.addProperty("schema", "barkeeper.miss/1");
        json.addProperty("name", name);
        json.addProperty("model", model);
        json.addProperty("difference", miss.difference());
        json.addProperty(
                "action",
                miss.steps().stream()
                        .map(Step::toString)
                        .map(a -> a.replaceAll("@plugged$", "@"))
                        .collect(Collectors.joining(" ")));
        json.add("before", SnapshotJson.toJson(before));
        json.add("plugged", SnapshotJson.toJson(before.with(List.of(), plugged)).get("detached"));
        json.add("after", GSON.toJsonTree(Layout.of(after)));
        json.add("noRoom", new JsonArray());
        json.add("harmed", new JsonArray());
        json.add("snapshotAfter", SnapshotJson.toJson(after));
        return json;
    }
}
