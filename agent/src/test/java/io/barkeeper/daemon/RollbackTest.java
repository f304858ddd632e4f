package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.barkeeper.control.TestClient;
import io.barkeeper.machine.simulated.HintListener;
import io.barkeeper.pci.PciAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Before anything has gone, and after it. */
    @ParameterizedTest
    @ValueSource(strings = {"unbind", "remove"})
    void takesARunningTransactionBack(String held) throws Exception {
        Gate gate = new Gate(held);
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "confirm", "", m -> m.listen(gate));
                TestClient worker = daemon.connect();
                TestClient other = daemon.connect()) {
            daemon.hotAdd();
            heldUp(daemon, gate, worker, other);
            gate.open.countDown();

            JsonObject back = answer(other, 1).getAsJsonObject("result");
            assertThat(back.get("exit").getAsInt()).as(back.toString()).isZero();
            assertThat(back.get("outcome").getAsString()).isEqualTo("rolled_back");
            JsonObject applied = answer(worker, 1);
            assertThat(applied.toString()).contains("a rollback was asked for");
        } finally {
            gate.open.countDown();
        }
    }

    /** A wish that comes when all is being found again: to finish is nearer, and then it is over and is undone. */
    @Test
    void lastStepsAreFinishedAndThenUndone() throws Exception {
        Gate gate = new Gate("add");
        try (DaemonUnderTest daemon = DaemonUnderTest.start(folder, "confirm", "", m -> m.listen(gate));
                TestClient worker = daemon.connect();
                TestClient other = daemon.connect()) {
            gate.passes = true;
            daemon.hotAdd();
            gate.passes = false;
            heldUp(daemon, gate, worker, other);
            gate.open.countDown();

            JsonObject applied = answer(worker, 1).getAsJsonObject("result");
            assertThat(applied.get("outcome").getAsString()).isEqualTo("done");
            JsonObject back = answer(other, 1).getAsJsonObject("result");
            assertThat(back.get("exit").getAsInt()).as(back.toString()).isZero();
            assertThat(back.get("outcome").getAsString()).isEqualTo("nothing-to-do");
            assertThat(back.get("message").getAsString()).contains("no release makes this kernel give back more");
        } finally {
            gate.open.countDown();
        }
    }

    /** A transaction is begun, held up at the gate, and asked to go back. While its step lasts everybody else is answered. */
    private static void heldUp(DaemonUnderTest daemon, Gate gate, TestClient worker, TestClient other)
            throws Exception {
        worker.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"apply\"}\n");
        gate.entered.await();
        other.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"rollback\"}\n");
        JsonObject status = daemon.result("status", "{}");
        assertThat(status.has("transaction")).as("it runs: " + status).isTrue();
        // The status tells that the wish was heard.
        while (!status.has("stopping")) {
            Thread.onSpinWait();
            status = daemon.result("status", "{}");
        }
        assertThat(status.get("stopping").getAsString()).isEqualTo("a rollback was asked for");
        assertThat(daemon.result("history", "{}").toString())
                .contains(status.get("transaction").getAsString());
        assertThat(daemon.result("list", "{}").has("devices")).isTrue();
    }

    /** The answer to this request, whatever is told in between. */
    private static JsonObject answer(TestClient client, int id) throws IOException {
        while (true) {
            JsonObject message = client.receive();
            if (message.has("id") && message.get("id").getAsInt() == id) {
                return message;
            }
        }
    }

    /** Holds a transaction up at the first hint of this kind, until it is opened. */
    private static final class Gate implements HintListener {
        final String held;
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);
        volatile boolean passes;

        Gate(String held) {
            this.held = held;
        }

        @Override
        public void hint(String action, PciAddress address) {
            if (action.equals(held) && !passes) {
                entered.countDown();
                try {
                    open.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
