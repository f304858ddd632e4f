package io.barkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;

/** The manual and the completion say what the command line does. */
class ManualTest {

    private static final Path PARTS = Path.of("../systemd/src/man");

    @TempDir
    Path folder = Path.of("");

    private void write() throws IOException {
        Manual.main(new String[] {PARTS.toString(), folder.toString(), "2026-11-21T00:00:00Z"});
    }

    private static String plain(String roff) {
        return roff.replace("\\-", "-").replace("\\(dq", "\"").replaceAll("\\\\f[A-Z]", "");
    }

    @Test
    void hasAPageForEachVerbThatNamesEachOfItsOptions() throws IOException {
        write();
        Manual.commands().forEach((name, command) -> {
            String page = plain(contentOf(folder.resolve(name + ".1")));
            assertThat(page).contains(".SH NAME\n" + name + " - ");
            for (OptionSpec option : command.options()) {
                if (!option.inherited()) {
                    assertThat(page).as(name).contains(option.names());
                }
            }
        });
    }

    @Test
    void hasHandWrittenPartsOnlyForVerbsThatExist() throws IOException {
        try (Stream<Path> parts = Files.list(PARTS)) {
            assertThat(parts.map(p -> p.getFileName().toString())
                            .filter(n -> n.endsWith(".1.in"))
                            .map(n -> n.replace(".1.in", "")))
                    .isSubsetOf(Manual.commands().keySet());
        }
    }

    @Test
    void describesEveryKeyOfTheConfigurationWithItsDefault() throws IOException {
        String page = plain(Files.readString(PARTS.resolve("barkeeper.toml.5")));
        Config.Result none = Config.load(folder.resolve("none.toml"));

        assertThat(((Config.Loaded) none).settings())
                .allSatisfy(s -> assertThat(page).contains(".BR " + s.key() + " \" = " + s.value() + "\"\n"));
    }

    @Test
    void completesEveryVerb() throws IOException {
        write();
        for (String shell : List.of("bash", "zsh")) {
            String script = contentOf(folder.resolve("completion." + shell));
            assertThat(script).doesNotContain("@TABLE@").contains("'explain') echo", "=BDF", "+check +show");
            Manual.commands()
                    .keySet()
                    .forEach(name ->
                            assertThat(script).contains("'" + name.replaceFirst("^barkeeper-?", "") + "') echo"));
        }
    }

    private static String contentOf(Path file) {
        return org.assertj.core.util.Files.contentOf(file.toFile(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
