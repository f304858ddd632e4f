package io.barkeeper.daemon;

import com.google.gson.JsonObject;
import io.barkeeper.control.Call;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who follow {@code events}. For any thread. */
final class Followers {

    private final List<Call> calls = new CopyOnWriteArrayList<>();

    void add(Call call) {
        calls.add(call);
        call.onAbandoned(() -> calls.remove(call));
    }

    int count() {
        return calls.size();
    }

    /**
     * Tells everybody.
     *
     * @param kind {@code uevent}, {@code overflow}, {@code trouble}, {@code plan}, {@code step}, {@code transaction} or
     *     {@code mode}
     * @param text one line for an operator
     */
    void tell(String kind, String text) {
        if (calls.isEmpty()) {
            return;
        }
        JsonObject event = event(kind, text);
        calls.forEach(call -> call.tell(event));
    }

    static JsonObject event(String kind, String text) {
        JsonObject event = new JsonObject();
        event.addProperty("schema", "barkeeper.event/1");
        event.addProperty("at", Instant.now().toString());
        event.addProperty("event", kind);
        event.addProperty("text", text);
        return event;
    }
}
