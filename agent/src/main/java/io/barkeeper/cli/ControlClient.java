package io.barkeeper.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Speaks JSON-RPC 2.0 with the daemon, one message a line. One call at a time. */
final class ControlClient implements AutoCloseable {

    private final SocketChannel channel;
    private final BufferedReader reader;

    private ControlClient(SocketChannel channel) {
        this.channel = channel;
        this.reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /**
     * Connects.
     *
     * @throws IOException when nobody listens there, or access is denied
     */
    static ControlClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new ControlClient(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Calls a method and waits for its result.
     *
     * @param onNotification takes each notification's {@code params} on the way; false stops listening
     * @return the result; an empty object when the caller stopped listening
     * @throws Problem when the daemon answers with an error, or goes away
     */
    JsonObject call(String method, JsonObject params, Predicate<JsonObject> onNotification) throws Problem {
        JsonObject request = new JsonObject();
        request.addProperty("jsonrpc", "2.0");
        request.addProperty("id", 1);
        request.addProperty("method", method);
        request.add("params", params);
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(Console.oneLine(request) + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            String line = reader.readLine();
            while (line != null) {
                JsonObject message = JsonParser.parseString(line).getAsJsonObject();
                if (message.has("id")) {
                    return result(message);
                }
                if (!onNotification.test(object(message.get("params")))) {
                    return new JsonObject();
                }
                line = reader.readLine();
            }
            throw gone(null);
        } catch (IOException e) {
            throw gone(e);
        } catch (JsonParseException | IllegalStateException e) {
            throw new Problem(
                    "BK-PROTOCOL",
                    ExitCode.UNEXPECTED,
                    "the daemon's answer is no JSON-RPC message: " + e.getMessage(),
                    "make sure that barkeeper and barkeeperd are of one version");
        }
    }

    private static Problem gone(@Nullable IOException cause) {
        String why = cause == null ? "it closed the connection" : String.valueOf(cause.getMessage());
        return new Problem(
                "BK-DAEMON-GONE",
                ExitCode.NO_DAEMON,
                "the daemon went away before it answered: " + why,
                "journalctl -u barkeeperd");
    }

    private static JsonObject result(JsonObject message) throws Problem {
        if (!message.has("error")) {
            return object(message.get("result"));
        }
        JsonObject error = object(message.get("error"));
        JsonObject data = object(error.get("data"));
        String code = data.has("code") ? data.get("code").getAsString() : "BK-DAEMON";
        int exit = data.has("exit") ? data.get("exit").getAsInt() : ExitCode.UNEXPECTED;
        String remedy = data.has("remedy") ? data.get("remedy").getAsString() : "";
        String text = error.has("message") ? error.get("message").getAsString() : "the daemon refused";
        return throwing(new Problem(code, exit, text, remedy));
    }

    private static JsonObject throwing(Problem problem) throws Problem {
        throw problem;
    }

    private static JsonObject object(@Nullable JsonElement element) {
        return element != null && element.isJsonObject() ? element.getAsJsonObject() : new JsonObject();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
