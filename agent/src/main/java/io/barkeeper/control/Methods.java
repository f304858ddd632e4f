package io.barkeeper.control;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.StringReader;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a request, checks that its peer may make it, and hands it to whoever answers. */
public final class Methods {

    private static final Logger LOG = LoggerFactory.getLogger(Methods.class);

    /** Answers one method, now or later. */
    public interface Handler {
        void handle(Call call) throws Refusal;
    }

    private record Method(Access needed, Handler handler) {}

    private final Map<String, Method> byName = new TreeMap<>();
    private final Executor executor;

    /** @param executor where requests are answered; may refuse when there are too many */
    public Methods(Executor executor) {
        this.executor = executor;
    }

    Executor executor() {
        return executor;
    }

    /** Goes on with an answer where requests are answered. */
    public void later(Runnable work) {
        executor.execute(work);
    }

    /** Adds a method; before the first request. */
    public Methods add(String name, Access needed, Handler handler) {
        byName.put(name, new Method(needed, handler));
        return this;
    }

    /** Takes one line. */
    void take(String line, Call call) {
        JsonObject request;
        try {
            request = parse(line);
        } catch (JsonParseException | IllegalStateException e) {
            call.fail(
                    Message.PARSE_ERROR,
                    new Refusal("BK-JSON", Refusal.USAGE, "the line is no JSON object", "send one request a line"));
            return;
        }
        try {
            dispatch(request, call);
        } catch (RuntimeException e) {
            failInternally(call, e);
        }
    }

    /** Answers a call whose handling met a mistake of this program. */
    public static void failInternally(Call call, RuntimeException mistake) {
        LOG.error("BK-INTERNAL: answering '{}' failed", call.method(), mistake);
        call.fail(new Refusal(
                "BK-INTERNAL",
                Refusal.UNEXPECTED,
                "this is a mistake in barkeeperd: " + mistake,
                "report it with the daemon's log"));
    }

    /** Strict JSON; nesting is bounded by the reader itself. */
    private static JsonObject parse(String line) {
        JsonReader reader = new JsonReader(new StringReader(line));
        reader.setStrictness(Strictness.STRICT);
        return JsonParser.parseReader(reader).getAsJsonObject();
    }

    private void dispatch(JsonObject request, Call call) {
        JsonElement name = request.get("method");
        JsonElement params = request.get("params");
        boolean named = name != null
                && name.isJsonPrimitive()
                && name.getAsJsonPrimitive().isString();
        if (!named || (params != null && !params.isJsonObject())) {
            call.fail(
                    Message.INVALID_REQUEST,
                    new Refusal("BK-REQUEST", Refusal.USAGE, "a request needs a method, and an object as params", ""));
            return;
        }
        call.understood(
                Optional.ofNullable(request.get("id")).filter(JsonElement::isJsonPrimitive),
                name.getAsString(),
                params == null ? new JsonObject() : params.getAsJsonObject());
        Method method = byName.get(call.method());
        if (method == null) {
            call.fail(
                    Message.METHOD_NOT_FOUND,
                    new Refusal(
                            "BK-METHOD",
                            Refusal.USAGE,
                            "this daemon has no method '" + call.method() + "'",
                            "it has " + String.join(", ", byName.keySet())));
            return;
        }
        answer(method, call);
    }

    private static void answer(Method method, Call call) {
        try {
            if (!call.peer().access().covers(method.needed())) {
                throw new Refusal(
                        "BK-NOT-PERMITTED",
                        Refusal.NOT_PERMITTED,
                        "user " + call.peer().user() + " may read, but only root may " + call.method(),
                        "run it as root");
            }
            if (method.needed() == Access.CHANGE) {
                LOG.info("{} by user {}: {}", call.method(), call.peer().user(), call.params());
            }
            method.handler().handle(call);
        } catch (Refusal e) {
            call.fail(e);
        }
    }
}
