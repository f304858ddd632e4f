package io.barkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.barkeeper.testkit.CapturedTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureVerbTest {

    private static final String LONG = "a-name-of-thirty-characters-xx/".repeat(6);

    @TempDir
    Path folder = Path.of("");

    private Ran run(Object... words) {
        String[] texts = Stream.of(words).map(Object::toString).toArray(String[]::new);
        return Ran.of(new Surroundings(folder.resolve("no.sock"), folder, false), "", texts);
    }

    private String output(Object... words) {
        Ran ran = run(words);
        assertThat(ran.exit()).as(ran.err()).isZero();
        return ran.out();
    }

    @ParameterizedTest
    @ValueSource(strings = {"switch-6.1-after", "switch-7.2-before"})
    void holdsAllThatIsRead(String name) throws IOException {
        Path tree = CapturedTree.unpack(name, folder.resolve("tree"));
        Path file = folder.resolve("capture.tar.gz");

        assertThat(output("--sysroot", tree, "capture", "-o", file)).contains("serial numbers");

        Path again = CapturedTree.unpackFile(file, folder.resolve("again"));
        assertThat(output("--sysroot", again, "snapshot")).isEqualTo(output("--sysroot", tree, "snapshot"));
        assertThat(output("--sysroot", again, "list")).isEqualTo(output("--sysroot", tree, "list"));
        assertThat(again.resolve("barkeeper/snapshot.json"))
                .hasContent(output("--sysroot", tree, "snapshot").strip());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void packsWhatTheDaemonKeeps() throws IOException {
        Path tree = CapturedTree.unpack("switch-7.2-before", folder.resolve("tree"));
        Path state = Files.createDirectories(folder.resolve("state"));
        Files.createDirectories(state.resolve("misses"));
        Files.createDirectories(state.resolve("journal"));
        Files.writeString(state.resolve("boot.json"), "{}");
        Files.writeString(state.resolve("lock"), "1");
        Files.writeString(state.resolve("misses/00000001.triples.gz"), "a miss");
        Files.writeString(state.resolve("journal/00000001.journal"), "a journal");
        Path file = folder.resolve("capture.tar.gz");

        JsonObject json = JsonParser.parseString(
                        output("--json", "--sysroot", tree, "capture", "-o", file, "--state-dir", state))
                .getAsJsonObject();

        assertThat(json.get("schema").getAsString()).isEqualTo("barkeeper.capture/1");
        Path kept = CapturedTree.unpackFile(file, folder.resolve("again")).resolve("barkeeper/state");
        assertThat(kept.resolve("boot.json")).hasContent("{}");
        assertThat(kept.resolve("misses/00000001.triples.gz")).hasContent("a miss");
        assertThat(kept.resolve("journal/00000001.journal")).hasContent("a journal");
        assertThat(kept.resolve("lock")).doesNotExist();
    }

    @Test
    void writesOverNothing() throws IOException {
        Path tree = CapturedTree.unpack("switch-7.2-before", folder.resolve("tree"));
        Path file = Files.writeString(folder.resolve("there.tar.gz"), "precious");

        Ran ran = run("--sysroot", tree, "capture", "-o", file);

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("it exists [BK-OUTPUT]", "name another file");
        assertThat(file).hasContent("precious");
    }

    @Test
    void saysWhatItCannotCapture() {
        assertThat(run("--snapshot", folder.resolve("x.json"), "capture").exit())
                .isEqualTo(2);

        Ran nowhere = run("--sysroot", folder.resolve("nowhere"), "capture");

        assertThat(nowhere.exit()).isNotZero();
        assertThat(nowhere.err()).contains("BK-NOT-A-SYSROOT");
    }

    @Test
    void keepsLongNamesAndTargets() throws IOException {
        Path file = folder.resolve("long.tar.gz");
        try (Archive archive = new Archive(Files.newOutputStream(file), 0)) {
            archive.directory(LONG.substring(0, LONG.length() - 1));
            archive.file(LONG + "file", new byte[] {'x'});
            archive.link("link", LONG + "file");
        }

        Path into = CapturedTree.unpackFile(file, folder.resolve("into"));

        assertThat(into.resolve("link")).hasContent("x");
        assertThat(Files.readSymbolicLink(into.resolve("link"))).hasToString(LONG + "file");
    }
}
