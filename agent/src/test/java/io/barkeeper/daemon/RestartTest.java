package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import io.barkeeper.control.TestClient;
import io.barkeeper.diagnosis.History;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.Transcript;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.nativeshim.NotifySocket;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanRequest;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.policy.Policy;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Usage;
import io.barkeeper.snapshot.SnapshotJson;
import io.barkeeper.transaction.CutOff;
import io.barkeeper.transaction.ProgressListener;
import io.barkeeper.transaction.TransactionDriver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon that is killed in the middle of a transaction, and the next one that finds the journal open. */
@Timeout(120)
class RestartTest {

    private static final PciAddress DISK = PciAddress.parse("0000:03:00.0");

    /** More than the plan has. */
    private static final int MOST_EFFECTS = 60;

    @TempDir
    Path folder = Path.of("");

    private Topology wasCutOff() throws Exception {
        Topology healthy;
        try (InputStream in = RestartTest.class.getResourceAsStream("/snapshots/switch-7.2.json")) {
            healthy = SnapshotJson.parse(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        }
        // A simulated machine learns its disks from what it begins with, and would not know them after the restart.
        healthy = healthy.map(f -> f.withAttachments(List.of()));
        KernelModel model = KernelModels.forKernel(healthy.kernel());
        for (int at = 1; at < MOST_EFFECTS; at++) {
            SimulatedMachine machine = new SimulatedMachine(healthy, model);
            machine.inject(ActionParser.parse("hotplug:0000:02:03.0:none,io=256,mem64pref=256M"));
            Path journal = folder.resolve("try-" + at);
            Plan plan = plan(machine.observe(), model);
            CutOff cut = new CutOff(machine, at);
            assertThatExceptionOfType(CutOff.Killed.class)
                    .isThrownBy(
                            () -> new TransactionDriver().run(plan, cut, Journal.open(journal), ProgressListener.NONE));
            if (machine.observe().find(DISK).isEmpty()) {
                Files.createDirectories(folder.resolve("state"));
                Files.move(journal, folder.resolve("state/journal"));
                return machine.observe();
            }
        }
        throw new AssertionError("no step of the plan takes " + DISK + " out");
    }

    private static Plan plan(Topology topology, KernelModel model) {
        Usage nobody = Usage.idle(Policy.worthAsking(topology, PolicyRules.NONE));
        PlanResult result = Planner.plan(
                new PlanRequest(topology, History.NONE, Policy.judge(topology, nobody, PolicyRules.NONE), model));
        if (result instanceof PlanResult.Feasible feasible) {
            return feasible.plan();
        }
        throw new AssertionError("no plan: " + result);
    }

    /** What the next daemon leaves behind after one round. */
    private Topology restart(String mode, Topology found) throws Exception {
        Path snapshot = folder.resolve("machine.json");
        Files.writeString(snapshot, SnapshotJson.toJson(found).toString());
        Path config = folder.resolve("barkeeper.toml");
        Files.writeString(
                config,
                "mode = \"" + mode
                        + "\"\n[settle]\nquiet = \"20ms\"\nlongest = \"30s\"\n[metrics]\nlisten = \"off\"\n");
        Options options = Options.parse(List.of(
                "--config", config.toString(),
                "--simulate", snapshot.toString(),
                "--state-dir", folder.resolve("state").toString(),
                "--runtime-dir", folder.resolve("run").toString()));
        try (Daemon daemon =
                Daemon.start(options, DaemonMain.config(options), NotifySocket.fromEnvironment(Map.of()))) {
            Thread thread = new Thread(daemon::run, "daemon under test");
            thread.start();
            try (TestClient client = TestClient.connect(folder.resolve("run/control.sock"))) {
                // Answered by the loop, behind the recovery.
                JsonObject seen = client.call("snapshot", "{}");
                return SnapshotJson.fromJson(seen.get("result"));
            } finally {
                daemon.stop();
                thread.join();
            }
        }
    }

    private List<Transcript> unfinished() throws IOException {
        return Journal.open(folder.resolve("state/journal")).unfinished();
    }

    @ParameterizedTest
    @ValueSource(strings = {"confirm", "automatic"})
    void whatWasCutOffInThisBootIsTakenBack(String mode) throws Exception {
        Topology found = wasCutOff();
        assertThat(unfinished()).hasSize(1);

        restart(mode, found);

        assertThat(unfinished()).isEmpty();
        assertThat(lastEntries()).contains("rolled_back");
    }

    @Test
    void inObserveModeItIsLeftOpen() throws Exception {
        Topology found = wasCutOff();

        Topology after = restart("observe", found);

        assertThat(unfinished()).hasSize(1);
        assertThat(after.find(DISK)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"observe", "confirm"})
    void whatAnEarlierBootLeftIsClosedWithANote(String mode) throws Exception {
        Topology found = wasCutOff();
        KernelIdentity kernel = found.kernel();

        restart(
                mode,
                found.withKernel(new KernelIdentity(
                        kernel.release(),
                        kernel.version(),
                        kernel.architecture(),
                        "another boot",
                        kernel.commandLine())));

        assertThat(unfinished()).isEmpty();
        assertThat(lastEntries()).contains("abandoned", "another boot has begun");
    }

    /** The journal as it lies on disk. */
    private String lastEntries() throws IOException {
        StringBuilder text = new StringBuilder();
        try (var files = Files.list(folder.resolve("state/journal"))) {
            for (Path file : files.toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }
}
