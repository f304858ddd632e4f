package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.StatusText;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code status} says of the kernel model. */
class StatusTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "6.12.107+deb13-amd64, 6.12 (K612)",
        "6.18.15+deb13-amd64, 6.18.15 (K618S)",
        "7.2.12+deb13-amd64, 7.1 (K71)",
        "6.14.2, 6.12 (K612) and 6.16 (K616) for 6.14.2",
        "6.18.12, 6.18.0 (K618) and 6.18.15 (K618S) for 6.18.12",
        "7.9.1, 7.9.1 is not known; nearest is 7.3 (K73)"
    })
    void itNamesTheGenerationAndBothNeighboursOfAReleaseInBetween(String release, String model) throws Exception {
        machineWith(release);
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "observe", "")) {
            JsonObject status = daemon.result("status", "{}");
            List<String> text = StatusText.of(new Answer(status), 120);

            assertThat(status.get("kernel").getAsString()).isEqualTo(release);
            assertThat(status.get("model").getAsString()).isEqualTo(model);
            assertThat(text).contains("kernel: " + release, "model: " + model);
        }
    }

    private void machineWith(String release) throws Exception {
        try (InputStream in = StatusTest.class.getResourceAsStream("/snapshots/switch-7.2.json")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            JsonObject machine = JsonParser.parseString(text).getAsJsonObject();
            machine.addProperty("kernel", release);
            Files.writeString(folder.resolve("machine.json"), machine.toString());
        }
    }
}
