package io.barkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.barkeeper.testkit.CapturedTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that no machine made: each verb gives an answer or an error with its code, never a mistake of its own. */
class BadSnapshotTest {

    private static final int MACHINES = 400;
    private static final List<List<String>> VERBS = List.of(
            List.of("simulate", "remove:0000:00:01.0", "rescan"),
            List.of("check"),
            List.of("plan"),
            List.of("simulate", "rescan"),
            List.of("explain", "0000:06:00.0"));
    private static final Set<Integer> ANSWERS = Set.of(ExitCode.DONE, 3, 4, 10);
    private static final List<String> NUMBERS = List.of(
            "0x0",
            "0x1",
            "0x10",
            "0x3000",
            "0x100000",
            "0xf4000000",
            "0x100000000",
            "0x8000000000000000",
            "0xfffffffffffff000",
            "0xffffffffffffffff",
            "0x10000000000000000",
            "-0x1",
            "0x",
            "1048576");
    private static final int[] INTEGERS = {-1, 0, 1, 2, 5, 6, 7, 13, 15, 16, 255, 256, 1 << 30};

    @TempDir
    private static Path trees;

    private static String good = "";

    @BeforeAll
    static void capture() throws IOException {
        Path tree = CapturedTree.unpack("switch-6.1-after", trees.resolve("after"));
        good = run("", List.of("--sysroot", tree.toString(), "snapshot")).out();
    }

    private static Ran run(String input, List<String> words) {
        return Ran.of(new Surroundings(trees.resolve("no.sock"), trees, false), input, words.toArray(String[]::new));
    }

    private static Ran ask(String snapshot, List<String> verb) {
        List<String> words = new ArrayList<>(List.of("--json", "--snapshot", "-"));
        words.addAll(verb);
        return run(snapshot, words);
    }

    @Test
    void whatNoMachineCanBeIsRefusedWithACodeAndAPlace() {
        Map<String, String> broken = Map.of(
                "\"parent\": null", "\"parent\": \"0000:03:00.0\"",
                "\"secondary\": 6", "\"secondary\": 5",
                "\"address\": \"0000:04:00.0\"", "\"address\": \"0000:03:00.0\"",
                "\"subordinate\": 6", "\"subordinate\": 300",
                "\"kernel\": ", "\"colonel\": ");
        broken.forEach((from, to) -> {
            assertThat(good).contains(from);
            for (List<String> verb : VERBS) {
                Ran ran = ask(good.replace(from, to), verb);

                assertThat(ran.exit()).as(to).isEqualTo(ExitCode.UNEXPECTED);
                assertThat(ran.err()).as(to).contains("BK-SNAPSHOT-FORMAT").contains("$");
            }
        });
    }

    @Test
    void anySnapshotGetsAnAnswerOrAClearError() {
        for (long seed = 1; seed <= MACHINES; seed++) {
            Random random = new Random(seed);
            JsonElement snapshot = JsonParser.parseString(good);
            int changes = 1 + random.nextInt(2);
            for (int i = 0; i < changes; i++) {
                spoil(snapshot, random);
            }
            List<String> verb = VERBS.get(random.nextInt(VERBS.size()));

            Ran ran = ask(snapshot.toString(), verb);

            String what = "seed " + seed + ", " + verb + ": " + ran.err();
            if (!ANSWERS.contains(ran.exit())) {
                assertThat(ran.err()).as(what).contains("BK-").doesNotContain("BK-INTERNAL");
            } else {
                assertThat(JsonParser.parseString(ran.out()).isJsonObject())
                        .as(what)
                        .isTrue();
            }
        }
    }

    /** Walks down at random and changes what it ends at. */
    private static void spoil(JsonElement at, Random random) {
        if (at instanceof JsonObject object && !object.isEmpty()) {
            List<String> keys = List.copyOf(object.keySet());
            String key = keys.get(random.nextInt(keys.size()));
            JsonElement value = object.get(key);
            if (isInner(value) && random.nextInt(10) > 0) {
                spoil(value, random);
            } else if (random.nextInt(10) == 0) {
                object.remove(key);
            } else {
                object.add(key, spoilt(value, random));
            }
        } else if (at instanceof JsonArray array && !array.isEmpty()) {
            int i = random.nextInt(array.size());
            if (isInner(array.get(i)) && random.nextInt(10) > 0) {
                spoil(array.get(i), random);
            } else if (random.nextBoolean()) {
                array.remove(i);
            } else {
                array.add(array.get(i).deepCopy());
            }
        }
    }

    private static boolean isInner(JsonElement value) {
        return (value.isJsonObject() && !value.getAsJsonObject().isEmpty())
                || (value.isJsonArray() && !value.getAsJsonArray().isEmpty());
    }

    private static JsonElement spoilt(JsonElement value, Random random) {
        if (value instanceof JsonPrimitive primitive) {
            if (primitive.isBoolean()) {
                return new JsonPrimitive(!primitive.getAsBoolean());
            }
            if (primitive.isNumber()) {
                return new JsonPrimitive(INTEGERS[random.nextInt(INTEGERS.length)]);
            }
            if (primitive.getAsString().startsWith("0x")) {
                return new JsonPrimitive(NUMBERS.get(random.nextInt(NUMBERS.size())));
            }
        }
        return new JsonPrimitive(random.nextBoolean() ? "0000:02:03.0" : "unassigned");
    }
}
