package io.barkeeper.daemon;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.control.Access;
import io.barkeeper.control.Call;
import io.barkeeper.control.Methods;
import io.barkeeper.control.Refusal;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.machine.simulated.SimulatedMachine;

/** The method {@code inject}: something happens to the simulated machine, which says so as a kernel would. */
final class Injection {

    private final SimulatedMachine machine;
    private final WorkLoop loop;

    Injection(SimulatedMachine machine, WorkLoop loop) {
        this.machine = machine;
        this.loop = loop;
    }

    void register(Methods methods) {
        methods.add("inject", Access.CHANGE, call -> {
            String text = call.text("action")
                    .orElseThrow(
                            () -> new Refusal("BK-PARAMS", Refusal.USAGE, "the parameter 'action' is missing", ""));
            Action action = parse(text);
            loop.submit(() -> inject(call, action));
        });
    }

    private static Action parse(String text) throws Refusal {
        try {
            return ActionParser.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal("BK-ACTION", Refusal.USAGE, String.valueOf(e.getMessage()), "");
        }
    }

    private void inject(Call call, Action action) {
        Prediction done = machine.inject(action);
        loop.again();
        JsonObject answer = new JsonObject();
        answer.addProperty("schema", "barkeeper.inject/1");
        answer.addProperty("action", action.toString());
        JsonArray doubts = new JsonArray();
        done.doubts().forEach(d -> doubts.add(d.why()));
        answer.add("doubts", doubts);
        call.reply(answer);
    }
}
