package io.barkeeper.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What one command line came to, on a terminal of 100 columns without colours. */
record Ran(int exit, String out, String err) {

    /** @param input what stands on standard input */
    static Ran of(Surroundings surroundings, String input, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                100,
                false,
                false,
                false);
        int exit = Barkeeper.run(console, surroundings, words);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The answer to {@code --json}. */
    JsonObject json() {
        return JsonParser.parseString(out).getAsJsonObject();
    }

    /** The error of {@code --json}, after any notes. */
    JsonObject error() {
        return JsonParser.parseString(err.lines().reduce((a, b) -> b).orElse(""))
                .getAsJsonObject();
    }
}
