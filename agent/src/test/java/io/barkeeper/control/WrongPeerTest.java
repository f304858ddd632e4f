package io.barkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that the kernel says are another user's: one of nobody whom the daemon knows, one who may only read. */
@Timeout(60)
class WrongPeerTest {

    private static final int CROWD = 500;

    @TempDir
    Path folder = Path.of("");

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final AtomicInteger changes = new AtomicInteger();
    private ConnectionServer server;

    @BeforeEach
    void serve() throws IOException {
        server = new ConnectionServer(() -> System.nanoTime() / 1000);
        door("stranger", new Peer("71003", Access.NONE, false));
        door("reader", new Peer("71002", Access.READ, false));
        door("root", new Peer("root", Access.CHANGE, true));
        server.start();
    }

    private void door(String name, Peer peer) throws IOException {
        Methods methods = new Methods(executor)
                .add("status", Access.READ, call -> call.reply(new JsonObject()))
                .add("apply", Access.CHANGE, call -> {
                    changes.incrementAndGet();
                    call.reply(new JsonObject());
                });
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        socket.bind(UnixDomainSocketAddress.of(folder.resolve(name)));
        server.listen(socket, channel -> peer, connection -> new RpcDialogue(connection, methods));
    }

    @AfterEach
    void stop() {
        server.close();
        executor.shutdownNow();
    }

    @Test
    void aStrangerIsShownTheDoorAndNobodyElseNotices() throws Exception {
        ByteBuffer line = ByteBuffer.wrap(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"apply\"}\n".getBytes(StandardCharsets.US_ASCII));
        try (TestClient root = TestClient.connect(folder.resolve("root"))) {
            for (int i = 0; i < CROWD; i++) {
                try (SocketChannel stranger = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    stranger.connect(UnixDomainSocketAddress.of(folder.resolve("stranger")));
                    assertThat(answerTo(stranger, line.rewind())).isNegative();
                }
                assertThat(root.call("status", "{}").has("result")).isTrue();
            }
        }
        assertThat(changes).hasValue(0);
    }

    /** What a read gives after these bytes were sent: -1 when the other side has closed. */
    private static int answerTo(SocketChannel channel, ByteBuffer bytes) {
        try {
            channel.write(bytes);
            return channel.read(ByteBuffer.allocate(16));
        } catch (IOException e) {
            return -1; // closed before the bytes were sent
        }
    }

    @Test
    void whoMayReadIsRefusedEveryChange() throws Exception {
        try (TestClient reader = TestClient.connect(folder.resolve("reader"))) {
            assertThat(reader.call("status", "{}").has("result")).isTrue();
            JsonObject refused = reader.call("apply", "{}").getAsJsonObject("error");
            assertThat(refused.getAsJsonObject("data").get("exit").getAsInt()).isEqualTo(8);
        }
        assertThat(changes).hasValue(0);
    }
}
