package io.barkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.barkeeper.control.Access;
import io.barkeeper.control.Authorisation;
import io.barkeeper.control.ConnectionServer;
import io.barkeeper.control.Listeners;
import io.barkeeper.control.Methods;
import io.barkeeper.testkit.CapturedTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page asks a daemon several questions, and a device is plugged in between the first and the second. */
class ChangingMachineTest {

    private static final String NEWCOMER = "0000:06:00.0";

    @TempDir
    private static Path folder;

    /** The answers of a machine, and of the same one after the hot-plug. */
    private static final List<Map<String, JsonObject>> ANSWERS = new ArrayList<>();

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void askBoth() throws IOException {
        ANSWERS.clear();
        for (String capture : List.of("switch-6.1-before", "switch-6.1-after")) {
            Path tree = CapturedTree.unpack(capture, folder.resolve(capture));
            ANSWERS.add(Stream.of("map", "list", "check", "plan").collect(Collectors.toMap(verb -> verb, verb -> {
                String[] words = {"--sysroot", tree.toString(), "--json", verb};
                return JsonParser.parseString(run(folder.resolve("none"), words).out())
                        .getAsJsonObject();
            })));
        }
    }

    private static Ran run(Path socket, String... words) {
        return Ran.of(new Surroundings(socket, folder, false), "", words);
    }

    private static JsonObject answer(int machine, String method) {
        return Objects.requireNonNull(ANSWERS.get(machine).get(method));
    }

    /**
     * A daemon whose machine changes right after a map was drawn.
     *
     * @param changes how often; 0 for one that has changed before anybody asked
     */
    private Path daemon(int changes) throws IOException {
        AtomicInteger changed = new AtomicInteger();
        Methods methods = new Methods(executor);
        for (String method : ANSWERS.get(0).keySet()) {
            methods.add(method, Access.READ, call -> {
                int before = changed.get();
                if (method.equals("map") && before < changes) {
                    changed.incrementAndGet();
                }
                call.reply(answer(changes == 0 ? 1 : before % 2, method));
            });
        }
        ConnectionServer server = new ConnectionServer(() -> System.nanoTime() / 1000);
        open.add(server);
        new Listeners(server, Authorisation.ofSystem()).control(folder.resolve("s" + changes), methods);
        server.start();
        return folder.resolve("s" + changes);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        executor.shutdownNow();
    }

    /** The page without the time at which it was made. */
    private static String timeless(Ran ran) {
        return ran.out().replaceAll("Made by barkeeper [^<]*", "");
    }

    @Test
    void aPageShowsOneStateOfIt() throws IOException {
        Ran ran = run(daemon(1), "map", "--html", "-");

        assertThat(answer(0, "map").toString()).doesNotContain(NEWCOMER);
        assertThat(ran.err()).doesNotContain("may not agree");
        assertThat(timeless(ran)).isEqualTo(timeless(run(daemon(0), "map", "--html", "-")));
    }

    @Test
    void aPageOfAMachineThatKeepsChangingSaysSo() throws IOException {
        assertThat(run(daemon(Integer.MAX_VALUE), "map", "--html", "-").err()).contains("may not agree");
    }

    @Test
    void oneQuestionIsAskedOnce() throws IOException {
        assertThat(run(daemon(Integer.MAX_VALUE), "map").err()).doesNotContain("may not agree");
    }
}
