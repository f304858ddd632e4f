package io.barkeeper.control;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The forms of JSON-RPC 2.0 (its specification, sections 4 and 5). */
final class Message {

    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;

    /** A request that was understood and refused; the exit code is subtracted from it. */
    static final int REFUSED = -32000;

    /** A reply to a machine of thousands of functions has some ten megabytes. */
    private static final long LONGEST_REPLY = 64L << 20;

    /** A follower that is so far behind does not read. */
    private static final long LONGEST_STREAM = 4L << 20;

    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private Message() {}

    private static JsonObject empty() {
        JsonObject message = new JsonObject();
        message.addProperty("jsonrpc", "2.0");
        return message;
    }

    static void sendResult(Connection connection, JsonElement id, JsonObject result) {
        JsonObject message = empty();
        message.add("id", id);
        message.add("result", result);
        send(connection, message, LONGEST_REPLY);
    }

    static void sendNotification(Connection connection, String method, JsonObject params) {
        JsonObject message = empty();
        message.addProperty("method", method);
        message.add("params", params);
        send(connection, message, LONGEST_STREAM);
    }

    static void sendError(Connection connection, @Nullable JsonElement id, int code, Refusal refusal) {
        JsonObject data = new JsonObject();
        data.addProperty("code", refusal.code());
        data.addProperty("exit", refusal.exit());
        data.addProperty("remedy", refusal.remedy());
        JsonObject error = new JsonObject();
        error.addProperty("code", code);
        error.addProperty("message", refusal.message());
        error.add("data", data);
        JsonObject message = empty();
        message.add("id", id == null ? JsonNull.INSTANCE : id);
        message.add("error", error);
        send(connection, message, LONGEST_REPLY);
    }

    private static void send(Connection connection, JsonObject message, long most) {
        connection.send((GSON.toJson(message) + "\n").getBytes(StandardCharsets.UTF_8), most);
    }
}
