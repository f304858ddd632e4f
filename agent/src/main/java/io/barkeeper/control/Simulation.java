package io.barkeeper.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.ActionSyntaxException;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.snapshot.SnapshotJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code barkeeper.simulation/1}: the machine after some actions, on the model of its kernel. */
final class Simulation {

    private Simulation() {}

    static JsonObject answer(View view, List<String> texts, Optional<Function<String, List<PciFunction>>> files)
            throws Refusal {
        List<Action> actions = new ArrayList<>();
        for (String text : texts) {
            actions.add(parse(text, files));
        }
        Prediction prediction = view.model().traced().applyAll(view.topology(), actions);
        JsonObject answer = Fields.answer("simulation");
        answer.addProperty("generation", view.model().name());
        answer.add("actions", Fields.texts(actions));
        Changes.add(view.topology(), prediction.after(), answer);
        JsonArray uncertain = new JsonArray();
        prediction.doubts().forEach(doubt -> {
            JsonObject json = new JsonObject();
            json.addProperty("address", doubt.address().toString());
            json.addProperty("index", doubt.index());
            json.addProperty("why", doubt.why());
            doubt.remedy().ifPresent(remedy -> json.addProperty("remedy", remedy));
            doubt.risk().ifPresent(risk -> json.addProperty("risk", risk.label()));
            uncertain.add(json);
        });
        answer.add("uncertain", uncertain);
        answer.add("trace", Fields.texts(prediction.trace()));
        answer.add("after", SnapshotJson.toJson(prediction.after()));
        return answer;
    }

    private static Action parse(String text, Optional<Function<String, List<PciFunction>>> files) throws Refusal {
        try {
            return files.isPresent() ? ActionParser.parse(text, files.get()) : ActionParser.parse(text);
        } catch (ActionSyntaxException e) {
            throw new Refusal(
                    ActionSyntaxException.CODE,
                    Refusal.USAGE,
                    String.valueOf(e.getMessage()),
                    "for example remove:0000:03:00.0, rescan, or hotplug:0000:02:03.0:mem64pref=256M");
        }
    }
}
