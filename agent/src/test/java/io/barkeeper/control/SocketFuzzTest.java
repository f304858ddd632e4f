package io.barkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sample of the campaign {@code scripts/torture fuzz}. */
@Timeout(120)
class SocketFuzzTest {

    @Test
    void hostileClientsDisturbNobody(@TempDir Path folder) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (ConnectionServer server = new ConnectionServer(() -> System.nanoTime() / 1000)) {
            Methods methods = new Methods(executor).add("echo", Access.READ, call -> call.reply(call.params()));
            new Listeners(server, Authorisation.ofSystem()).control(folder.resolve("s"), methods);
            server.start();
            SocketFuzz fuzz = new SocketFuzz(folder.resolve("s"), "echo");
            for (long seed = 1; seed <= 300; seed++) {
                fuzz.play(seed);
            }
            fuzz.endlessLine(4 << 20);
            fuzz.crowd(200);
            assertThat(fuzz.failures).isEmpty();
        } finally {
            executor.shutdownNow();
        }
    }
}
