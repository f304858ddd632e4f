package io.barkeeper.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.diagnosis.Blockage;
import io.barkeeper.diagnosis.Blockers;
import io.barkeeper.diagnosis.SecondTry;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import java.util.List;

/**
 * {@code barkeeper.explain/1}: for each resource of one function that is without an address or in trouble, the windows
 * above it up to the apertures, nearest first, with what is free in each and who lies there; and what the kernel would
 * say if it placed the function once more.
 */
final class DeviceExplanation {

    private final View view;
    private final PciFunction function;
    private final List<Trouble> troubles;
    private final List<Blockage> blockages;

    /** @param troubles of the whole machine */
    DeviceExplanation(View view, PciFunction function, List<Trouble> troubles) {
        this.view = view;
        this.function = function;
        this.troubles = troubles.stream()
                .filter(t -> t.address().equals(function.address()))
                .toList();
        this.blockages = Blockers.of(view.topology(), view.movability(), view.history(), function.address());
    }

    /** The answer without what would help. */
    JsonObject answer() {
        JsonObject answer = Fields.answer("explain");
        PciAddress address = function.address();
        answer.addProperty("address", address.toString());
        answer.addProperty("path", view.topology().path(address));
        answer.addProperty("vendor", Fields.hex(function.ids().vendor(), 4));
        answer.addProperty("device", Fields.hex(function.ids().device(), 4));
        answer.addProperty("class", Fields.hex(function.classCode(), 6));
        answer.addProperty("driver", function.driver().orElse(null));
        answer.add("movability", Fields.movability(view, address));
        answer.addProperty("works", troubles.stream().noneMatch(Trouble::isHarm));
        answer.add("notes", Fields.texts(view.notes()));
        answer.add(
                "troubles", Fields.objects(troubles.stream().map(Check::trouble).toList()));
        JsonArray resources = new JsonArray();
        for (Resource resource : function.resources()) {
            if (isInQuestion(resource)) {
                resources.add(resource(resource));
            }
        }
        answer.add("resources", resources);
        if (!blockages.isEmpty()) {
            SecondTry.of(view.topology(), view.model(), function.address())
                    .ifPresent(again -> answer.add("kernel", kernel(again)));
        }
        return answer;
    }

    private JsonObject kernel(SecondTry again) {
        JsonObject json = new JsonObject();
        json.addProperty("model", view.model().name());
        json.add("actions", Fields.texts(again.actions()));
        json.addProperty("certain", again.certain());
        json.add("log", Fields.texts(again.lines()));
        return json;
    }

    private boolean isInQuestion(Resource resource) {
        boolean inTrouble = troubles.stream().anyMatch(t -> t.index() == resource.index());
        return inTrouble || (!resource.isAssigned() && !resource.isWindow());
    }

    private JsonObject resource(Resource resource) {
        JsonObject json = Fields.resource(resource);
        json.addProperty("required", view.history().requirement().isRequired(function, resource));
        JsonArray levels = new JsonArray();
        blockages.stream()
                .filter(b -> b.resource().index() == resource.index())
                .flatMap(b -> b.levels().stream())
                .forEach(level -> levels.add(level(level)));
        json.add("levels", levels);
        return json;
    }

    private static JsonObject level(Blockage.Level level) {
        JsonObject json = new JsonObject();
        json.addProperty("container", level.container());
        json.addProperty("size", Fields.hex(level.size()));
        json.addProperty("free", Fields.hex(level.free()));
        json.addProperty("largestFree", Fields.hex(level.largestFree()));
        JsonArray neighbours = new JsonArray();
        for (Blockage.Neighbour neighbour : level.neighbours()) {
            JsonObject one = new JsonObject();
            one.addProperty("owner", neighbour.owner());
            Fields.range(one, neighbour.range());
            one.addProperty("movable", neighbour.movable());
            one.addProperty("why", neighbour.why());
            neighbours.add(one);
        }
        json.add("neighbours", neighbours);
        return json;
    }
}
