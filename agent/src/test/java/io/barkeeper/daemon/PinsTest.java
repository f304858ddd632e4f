package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PinsTest {

    private static final String DISK = "{\"address\":\"0000:04:00.0\"}";

    @TempDir
    Path folder = Path.of("");

    @Test
    void aPinKeepsADeviceOutOfEveryPlanAndOutlivesTheDaemon() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "confirm", "")) {
            daemon.hotAdd();
            JsonObject free = daemon.result("plan", "{}");
            assertThat(free.get("disturbs").toString()).contains("0000:04:00.0");

            JsonObject pinned = daemon.result("pin", DISK);

            assertThat(pinned.getAsJsonArray("pins")).hasSize(1);
            assertThat(pinned.toString()).contains("\"path\":\"0000:00:0");
        }
        try (DaemonUnderTest again = DaemonUnderTest.start(folder, "confirm", "")) {
            again.hotAdd();
            assertThat(again.result("status", "{}").get("pins").toString()).contains("0000:04:00.0");
            assertThat(again.result("list", "{}").toString()).contains("\"state\":\"pinned\"");
            assertThat(again.result("plan", "{}").getAsJsonArray("steps").toString())
                    .doesNotContain("0000:04:00.0");

            assertThat(again.result("unpin", DISK).getAsJsonArray("pins")).isEmpty();

            assertThat(again.result("list", "{}").toString()).doesNotContain("\"state\":\"pinned\"");
            assertThat(again.refusal("unpin", DISK)).isEqualTo(2);
            assertThat(again.refusal("pin", "{\"address\":\"0000:77:00.0\"}")).isEqualTo(2);
        }
    }

    @Test
    void nothingIsMovedWhenItIsNotKnownWhatWasPinned() throws Exception {
        Files.createDirectories(folder.resolve("state"));
        Files.writeString(folder.resolve("state/pins.json"), "{\"pins\":[{\"path\":");
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "automatic", "")) {
            JsonObject status = daemon.result("status", "{}");
            assertThat(status.get("mode").getAsString()).isEqualTo("observe");
            assertThat(status.get("modeLimits").toString()).contains("pins.json");
        }
    }

    @Test
    void theKernelCommandLineSwitchesTheDaemonOff() throws Exception {
        Path commandLine = folder.resolve("cmdline");
        Files.writeString(commandLine, "root=/dev/vda1 barkeeper=off quiet\n");
        assertThat(DaemonMain.switchedOff(commandLine)).isTrue();
        Files.writeString(commandLine, "root=/dev/vda1 barkeeper=office\n");
        assertThat(DaemonMain.switchedOff(commandLine)).isFalse();
        assertThat(DaemonMain.switchedOff(folder.resolve("none"))).isFalse();
    }
}
