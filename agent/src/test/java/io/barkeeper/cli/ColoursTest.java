package io.barkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is coloured, and that a reader who is no terminal gets none of it. */
class ColoursTest {

    private static final String FATAL = "fatal      0000:06:00.0 BAR 2 has no address";

    private static String printed(boolean colour) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        new Console(new ByteArrayInputStream(new byte[0]), stream, stream, 80, colour, colour, false)
                .print(List.of(FATAL));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void onlyWhereColourIsAllowed() {
        assertThat(printed(false)).isEqualTo(FATAL + System.lineSeparator());
        assertThat(printed(true)).contains("\u001b[31;1mfatal\u001b[0m      0000:06:00.0");
    }

    @Test
    void theTextStaysTheSame() {
        for (String line : List.of(
                FATAL,
                "warning    0000:02:03.0 would not fit",
                "    Region 0: Memory at <unassigned> [size=256M]  <- fatal",
                "[ 3/12] releasing remove:0000:02:00.0 failed: no such device, 0.10 s",
                "  0x1000-0x1fff   4 KiB  -- free --",
                "a fatal word in the middle")) {
            assertThat(Colours.on(line).replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(line);
        }
        assertThat(Colours.on("a fatal word in the middle")).doesNotContain("\u001b");
        assertThat(Colours.on("[ 3/12] releasing remove:0000:02:00.0 failed: no such device, 0.10 s"))
                .contains("\u001b[31;1mfailed");
    }
}
