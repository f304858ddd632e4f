package io.barkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionServerTest {

    @TempDir
    Path folder = Path.of("");

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final List<AutoCloseable> open = new ArrayList<>();
    /** Microseconds that the server's clock is ahead. */
    private final AtomicLong ahead = new AtomicLong();

    @BeforeEach
    void serve() throws IOException {
        Methods methods = new Methods(executor)
                .add("echo", Access.READ, call -> call.reply(call.params()))
                .add("change", Access.CHANGE, call -> call.reply(new JsonObject()))
                .add("never", Access.READ, call -> {})
                .add("slow", Access.READ, call -> {
                    ahead.addAndGet(Duration.ofMinutes(10).toNanos() / 1000);
                    call.reply(call.params());
                });
        ConnectionServer server = new ConnectionServer(() -> System.nanoTime() / 1000 + ahead.get());
        open.add(server);
        Listeners listeners = new Listeners(server, Authorisation.ofSystem());
        listeners.control(folder.resolve("s"), methods);
        listeners.metrics(folder.resolve("m"), "text/plain", () -> "up 1\n");
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        executor.shutdownNow();
    }

    private TestClient client() throws IOException {
        TestClient client = TestClient.connect(folder.resolve("s"));
        open.add(0, client);
        return client;
    }

    private static int code(JsonObject message) {
        return message.getAsJsonObject("error").get("code").getAsInt();
    }

    @Test
    void answersSeveralRequestsOnOneConnection() throws IOException {
        TestClient client = client();
        for (int i = 0; i < 100; i++) {
            assertThat(client.call("echo", "{\"i\":" + i + "}")
                            .getAsJsonObject("result")
                            .get("i")
                            .getAsInt())
                    .isEqualTo(i);
        }
    }

    @Test
    void answersWhateverTimeTheAnswerTook() throws IOException {
        TestClient client = client();
        assertThat(client.call("slow", "{\"i\":1}").has("result")).isTrue();
        assertThat(client.call("slow", "{\"i\":2}").has("result")).isTrue();
    }

    @Test
    void answersRequestsThatCameTogetherInOrder() throws IOException {
        TestClient client = client();
        client.send("{\"id\":1,\"method\":\"echo\"}\n\n{\"id\":2,\"method\":\"echo\"}\n{\"id\":3,");
        client.send("\"method\":\"echo\"}\n");

        for (int id = 1; id <= 3; id++) {
            assertThat(client.receive().get("id").getAsInt()).isEqualTo(id);
        }
    }

    @Test
    void refusesWhatIsNoRequest() throws IOException {
        TestClient client = client();
        client.send("hello\n");
        assertThat(code(client.receive())).isEqualTo(Message.PARSE_ERROR);
        client.send("[".repeat(100_000) + "\n");
        assertThat(code(client.receive())).isEqualTo(Message.PARSE_ERROR);
        client.send("{\"id\":1}\n");
        assertThat(code(client.receive())).isEqualTo(Message.INVALID_REQUEST);
        assertThat(code(client.call("dance", "{}"))).isEqualTo(Message.METHOD_NOT_FOUND);
        assertThat(client.call("echo", "{}").has("result")).isTrue();
    }

    @Test
    void endsTheConnectionOfWhoSendsAnEndlessLine() throws IOException {
        TestClient hostile = client();
        try {
            for (int i = 0; i < 64; i++) {
                hostile.send("x".repeat(64 * 1024));
            }
            assertThat(hostile.rest()).contains("BK-LINE");
        } catch (IOException e) {
            assertThat(e).as("cut off while sending").isNotNull();
        }
        assertThat(client().call("echo", "{}").has("result")).isTrue();
    }

    @Test
    void servesOthersWhileSomeSendHalfALineAndSomeWait() throws IOException {
        for (int i = 0; i < 20; i++) {
            client().send("{\"id\":1,\"method\":");
            client().send("{\"id\":1,\"method\":\"never\"}\n");
        }
        assertThat(client().call("echo", "{}").has("result")).isTrue();
    }

    @Test
    void boundsTheNumberOfConnections() throws IOException {
        for (int i = 0; i < 64; i++) {
            assertThat(client().call("echo", "{}").has("result")).isTrue();
        }
        assertThat(client().rest()).isEmpty();
        for (int i = 0; i < 32; i++) {
            closeFirst();
        }
        boolean served = false;
        for (int attempt = 0; attempt < 1000 && !served; attempt++) {
            try {
                served = client().call("echo", "{}").has("result");
            } catch (IOException e) {
                // The server has not yet seen that the others went.
                served = false;
            }
        }
        assertThat(served).isTrue();
    }

    private void closeFirst() throws IOException {
        try {
            open.remove(0).close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Test
    void servesMetricsOverHttpAndNothingElse() throws IOException {
        assertThat(get("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK")
                .endsWith("\nup 1\n");
        assertThat(get("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404");
        assertThat(get("POST /metrics HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405");
        assertThat(get("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(get("x".repeat(10_000))).startsWith("HTTP/1.1 431");
    }

    private String get(String request) throws IOException {
        try (TestClient client = TestClient.connect(folder.resolve("m"))) {
            client.send(request);
            return client.rest();
        }
    }
}
