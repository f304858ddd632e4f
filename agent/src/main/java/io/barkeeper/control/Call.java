package io.barkeeper.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.barkeeper.pci.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One request, to be answered once by {@link #reply} or {@link #fail}, from any thread, at any time; notifications go
 * before. An answer to a peer that has gone is dropped.
 */
public final class Call {

    private final Connection connection;
    private final Runnable answered;
    private JsonElement id = JsonNull.INSTANCE;
    private boolean wantsAnswer = true;
    private String method = "";
    private JsonObject params = new JsonObject();
    private boolean done;
    private Runnable onAbandoned = () -> {};

    Call(Connection connection, Runnable answered) {
        this.connection = connection;
        this.answered = answered;
    }

    /** What the line turned out to hold; empty id for a notification, which gets no answer. */
    synchronized void understood(Optional<JsonElement> newId, String newMethod, JsonObject newParams) {
        id = newId.orElse(JsonNull.INSTANCE);
        wantsAnswer = newId.isPresent();
        method = newMethod;
        params = newParams;
    }

    public synchronized String method() {
        return method;
    }

    public synchronized JsonObject params() {
        return params;
    }

    public Peer peer() {
        return connection.peer();
    }

    public boolean isOpen() {
        return connection.isOpen();
    }

    /** Something on the way, named as the method. */
    public synchronized void tell(JsonObject notification) {
        if (!done) {
            Message.sendNotification(connection, method, notification);
        }
    }

    public void reply(JsonObject result) {
        if (finish()) {
            if (wantsAnswer) {
                Message.sendResult(connection, id, result);
            }
            answered.run();
        }
    }

    public void fail(Refusal refusal) {
        fail(Message.REFUSED - refusal.exit(), refusal);
    }

    void fail(int code, Refusal refusal) {
        if (finish()) {
            if (wantsAnswer) {
                Message.sendError(connection, id, code, refusal);
            }
            answered.run();
        }
    }

    private synchronized boolean finish() {
        boolean first = !done;
        done = true;
        return first;
    }

    /** What to do when the peer goes before it was answered; at once when it has gone. */
    public void onAbandoned(Runnable action) {
        boolean gone;
        synchronized (this) {
            onAbandoned = action;
            gone = done || !connection.isOpen();
        }
        if (gone) {
            action.run();
        }
    }

    void abandoned() {
        Runnable action;
        synchronized (this) {
            done = true;
            action = onAbandoned;
        }
        action.run();
    }

    /** A parameter that is a text; empty when it is missing. */
    public Optional<String> text(String key) throws Refusal {
        JsonElement value = params().get(key);
        if (value == null || value.isJsonNull()) {
            return Optional.empty();
        }
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
            return Optional.of(value.getAsString());
        }
        throw invalid(key, "a text");
    }

    /** A parameter that is a list of texts; empty when it is missing. */
    public List<String> texts(String key) throws Refusal {
        JsonElement value = params().get(key);
        if (value == null || value.isJsonNull()) {
            return List.of();
        }
        if (!(value instanceof JsonArray array)) {
            throw invalid(key, "a list of texts");
        }
        List<String> all = new ArrayList<>();
        for (JsonElement element : array) {
            if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
                throw invalid(key, "a list of texts");
            }
            all.add(element.getAsString());
        }
        return all;
    }

    /** The address of a function. */
    public static PciAddress address(String text) throws Refusal {
        return PciAddress.tryParse(text)
                .orElseThrow(() -> new Refusal(
                        "BK-USAGE",
                        Refusal.USAGE,
                        "'" + text + "' is no PCI address",
                        "one is written like 0000:03:00.0"));
    }

    private static Refusal invalid(String key, String wanted) {
        return new Refusal("BK-PARAMS", Refusal.USAGE, "the parameter '" + key + "' must be " + wanted, "");
    }
}
