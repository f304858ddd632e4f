package io.barkeeper.control;

import com.google.gson.JsonObject;
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

/** A client that may misbehave. */
public final class TestClient implements AutoCloseable {

    private final SocketChannel channel;
    private final BufferedReader reader;

    private TestClient(SocketChannel channel) {
        this.channel = channel;
        this.reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    public static TestClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new TestClient(channel);
    }

    public void send(String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The next message. */
    public JsonObject receive() throws IOException {
        String line = reader.readLine();
        if (line == null) {
            throw new IOException("the server closed the connection");
        }
        return JsonParser.parseString(line).getAsJsonObject();
    }

    /** All that comes until the server closes. */
    public String rest() throws IOException {
        StringBuilder all = new StringBuilder();
        String line = reader.readLine();
        while (line != null) {
            all.append(line).append('\n');
            line = reader.readLine();
        }
        return all.toString();
    }

    /** One request and its answer, without the notifications before it. */
    public JsonObject call(String method, String params) throws IOException {
        send("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":" + params + "}\n");
        JsonObject message = receive();
        while (!message.has("id")) {
            message = receive();
        }
        return message;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
