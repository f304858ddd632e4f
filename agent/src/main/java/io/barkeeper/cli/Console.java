package io.barkeeper.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.barkeeper.nativeshim.posix.Terminal;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a verb reads and writes.
 *
 * @param columns how wide a line of text may be
 * @param terminal somebody looks at {@code out}
 * @param colour whether text may be coloured
 * @param interactive somebody can answer a question: input and error output are terminals
 */
public record Console(
        InputStream in,
        PrintStream out,
        PrintStream err,
        int columns,
        boolean terminal,
        boolean colour,
        boolean interactive) {

    private static final int USUAL_COLUMNS = 100;
    private static final int FEWEST_COLUMNS = 40;
    private static final Gson GSON = new GsonBuilder()
            .serializeNulls()
            .disableHtmlEscaping()
            .setPrettyPrinting()
            .create();
    private static final Gson ONE_LINE =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /** The streams of this process. A reader that goes away is met with silence: {@link PrintStream} keeps quiet. */
    static Console ofProcess() {
        Map<String, String> environment = System.getenv();
        boolean terminal = Terminal.isTerminal(Terminal.STANDARD_OUTPUT);
        boolean interactive =
                Terminal.isTerminal(Terminal.STANDARD_INPUT) && Terminal.isTerminal(Terminal.STANDARD_ERROR);
        boolean colour = terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
        return new Console(
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                columns(environment.get("COLUMNS"), terminal),
                terminal,
                colour,
                interactive);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), false, StandardCharsets.UTF_8);
    }

    /** What the environment says counts, then the terminal; what goes to a file or a pipe has a width of its own. */
    private static int columns(@Nullable String text, boolean terminal) {
        if (text != null || !terminal) {
            return columns(text);
        }
        return Math.max(FEWEST_COLUMNS, Terminal.columns().orElse(USUAL_COLUMNS));
    }

    static int columns(@Nullable String text) {
        try {
            return text == null ? USUAL_COLUMNS : Math.max(FEWEST_COLUMNS, Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            return USUAL_COLUMNS;
        }
    }

    PrintWriter writer() {
        return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
    }

    PrintWriter errorWriter() {
        return new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
    }

    void print(List<String> lines) {
        lines.forEach(line -> out.println(colour ? Colours.on(line) : line));
        out.flush();
    }

    /** A JSON document, indented, with a line end. */
    static String document(JsonObject json) {
        return GSON.toJson(json) + "\n";
    }

    void print(JsonObject json) {
        out.print(document(json));
        out.flush();
    }

    /** JSON Lines: one object, one line. */
    void printLine(JsonObject json) {
        out.println(ONE_LINE.toJson(json));
        out.flush();
    }

    static String oneLine(JsonObject json) {
        return ONE_LINE.toJson(json);
    }

    void note(String text) {
        err.println("note: " + text);
        err.flush();
    }

    void report(Problem problem, boolean json) {
        err.println(json ? oneLine(problem.toJson()) : problem.toText());
        err.flush();
    }

    /** Nobody reads any more: the reader of a pipe has gone. */
    boolean isDeserted() {
        return out.checkError();
    }
}
