package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.StatusText;
import io.barkeeper.control.View;
import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.metrics.Instruments;
import io.barkeeper.pci.Topology;
import io.barkeeper.testing.Scenes;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code status} says of the kernel model, and of room that is wanted. */
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

    @Test
    void itTellsWhichReservesWouldNotComeTrueAndTheMetricsWhatFits() throws Exception {
        machineWith("7.2.12+deb13-amd64");
        String wish = "[[reserve]]\nport = \"0000:02:03.0\"\nsize = \"8G\"\n";
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "observe", wish)) {
            JsonObject status = daemon.result("status", "{}");
            long end = System.nanoTime() + 30_000_000_000L;
            while (status.getAsJsonArray("unfulfilledReserves").isEmpty() && System.nanoTime() < end) {
                Thread.onSpinWait();
                status = daemon.result("status", "{}");
            }

            assertThat(status.getAsJsonArray("unfulfilledReserves")).hasSize(1);
            assertThat(String.join(" ", StatusText.of(new Answer(status), 500)))
                    .contains("unfulfilled reserves:")
                    .contains("would not fit into port 0000:02:03.0");
        }
    }

    @Test
    void manyLooksAreOnePieceOfWorkAndAMachineAsBeforeIsNone() throws Exception {
        Topology before = Scenes.switchBefore("6.12.107");
        View view = new View(before, History.NONE, Map.of(), KernelModels.forRelease("6.12.107"), List.of());
        List<Runnable> tasks = new ArrayList<>();
        try (Instruments instruments = new Instruments("1.0", "6.12", "K612", List.of("observe"))) {
            Outlook outlook = new Outlook(instruments, tasks::add);

            outlook.seen(view);
            outlook.seen(view);

            assertThat(tasks).hasSize(1);
            assertThat(instruments.scrape()).doesNotContain("port=");
            tasks.remove(0).run();
            assertThat(instruments.scrape())
                    .contains("barkeeper_slot_largest_bar_bytes{kind=\"pref\",port=\"0000:02:03.0\"}");
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
