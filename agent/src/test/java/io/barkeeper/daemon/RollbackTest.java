package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.barkeeper.control.TestClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RollbackTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void refusesInObserveModeAndNamesTheKey() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "observe", "")) {
            JsonObject error = daemon.ask("rollback", "{}").getAsJsonObject("error");
            assertThat(error.getAsJsonObject("data").get("exit").getAsInt()).isEqualTo(4);
            assertThat(error.toString()).contains("mode = ");
        }
    }

    @Test
    void hasNothingToDoBeforeTheFirstTransaction() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "confirm", "")) {
            assertThat(daemon.result("rollback", "{}").get("exit").getAsInt()).isZero();
            assertThat(daemon.refusal("rollback", "{\"id\":\"7\"}")).isEqualTo(2);
        }
    }

    @Test
    void givesBackWhatTheKernelGivesBackAndHarmsNobody() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "confirm", "")) {
            daemon.hotAdd();
            JsonObject applied = daemon.result("apply", "{}");
            assertThat(applied.get("exit").getAsInt()).isZero();

            JsonObject back = daemon.result(
                    "rollback", "{\"id\":\"" + applied.get("transaction").getAsString() + "\"}");

            assertThat(back.get("schema").getAsString()).isEqualTo("barkeeper.rollback/1");
            assertThat(back.get("exit").getAsInt()).as(back.toString()).isZero();
            assertThat(back.get("message").getAsString()).contains("works");
            JsonObject list = daemon.result("list", "{}");
            for (JsonElement device : list.getAsJsonArray("devices")) {
                assertThat(device.getAsJsonObject().has("driver")).isTrue();
            }
            assertThat(list.toString()).contains("nvme");
        }
    }

    @Test
    void refusesWhenTheMachineHasChangedSince() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "confirm", "")) {
            daemon.hotAdd();
            daemon.result("apply", "{}");
            daemon.result("inject", "{\"action\":\"unplug:0000:02:03.0\"}");

            assertThat(daemon.refusal("rollback", "{}")).isEqualTo(4);
        }
    }

    @Test
    void takesARunningTransactionBack() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "confirm", "");
                TestClient worker = daemon.connect();
                TestClient other = daemon.connect()) {
            daemon.hotAdd();
            worker.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"apply\"}\n");
            worker.receive();
            JsonObject back = other.call("rollback", "{}").getAsJsonObject("result");

            assertThat(back.get("exit").getAsInt()).as(back.toString()).isZero();
        }
    }
}
