package io.barkeeper.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.diagnosis.Trouble;
import java.util.List;

/** {@code barkeeper.check/1}: healthy, or what is wrong. Healthy is a machine without fatal or collateral trouble. */
final class Check {

    private Check() {}

    static JsonObject answer(List<Trouble> troubles) {
        JsonObject answer = Fields.answer("check");
        answer.addProperty("healthy", troubles.stream().noneMatch(Trouble::isHarm));
        JsonArray array = new JsonArray();
        troubles.forEach(t -> array.add(trouble(t)));
        answer.add("troubles", array);
        return answer;
    }

    static JsonObject trouble(Trouble trouble) {
        JsonObject json = new JsonObject();
        json.addProperty("address", trouble.address().toString());
        json.addProperty("index", trouble.index());
        json.addProperty("kind", trouble.kindLabel());
        json.addProperty(
                "size", trouble.size().isPresent() ? Fields.hex(trouble.size().getAsLong()) : null);
        json.addProperty("class", trouble.severity().label());
        json.addProperty("cause", trouble.cause().label());
        json.addProperty("why", trouble.why());
        return json;
    }
}
