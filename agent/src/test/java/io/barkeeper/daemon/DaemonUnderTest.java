package io.barkeeper.daemon;

import com.google.gson.JsonObject;
import io.barkeeper.control.TestClient;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.nativeshim.NotifySocket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** A daemon on the simulated machine of a switch, in this JVM, with its sockets below a folder. */
final class DaemonUnderTest implements AutoCloseable {

    /** A device of 256 MiB that does not fit behind the switch. */
    private static final String HOT_ADD = "{\"action\":\"hotplug:0000:02:03.0:none,io=256,mem64pref=256M\"}";

    private final Path folder;
    private final Daemon daemon;
    private final Thread thread;

    private DaemonUnderTest(Path folder, Daemon daemon) {
        this.folder = folder;
        this.daemon = daemon;
        this.thread = new Thread(daemon::run, "daemon under test");
    }

    /** @param more sections of the configuration */
    static DaemonUnderTest start(Path folder, String mode, String more) throws IOException, StartFailure {
        return start(folder, mode, more, machine -> {});
    }

    /** @param prepare what is done with the simulated machine before the daemon sees it */
    static DaemonUnderTest start(Path folder, String mode, String more, Consumer<SimulatedMachine> prepare)
            throws IOException, StartFailure {
        Path snapshot = folder.resolve("machine.json");
        if (!Files.exists(snapshot)) {
            try (InputStream in = DaemonUnderTest.class.getResourceAsStream("/snapshots/switch-7.2.json")) {
                Files.write(snapshot, Objects.requireNonNull(in).readAllBytes());
            }
        }
        Path config = folder.resolve("barkeeper.toml");
        Files.writeString(
                config,
                "mode = \"" + mode + "\"\n[settle]\nquiet = \"20ms\"\nlongest = \"30s\"\n[metrics]\nlisten = \"off\"\n"
                        + more);
        Options options = Options.parse(List.of(
                "--config", config.toString(),
                "--simulate", snapshot.toString(),
                "--state-dir", folder.resolve("state").toString(),
                "--runtime-dir", folder.resolve("run").toString()));
        Daemon daemon = Daemon.start(options, DaemonMain.config(options), NotifySocket.fromEnvironment(Map.of()), o -> {
            Machines machines = Machines.open(o);
            prepare.accept(machines.simulated().orElseThrow());
            return machines;
        });
        DaemonUnderTest started = new DaemonUnderTest(folder, daemon);
        started.thread.start();
        return started;
    }

    TestClient connect() throws IOException {
        return TestClient.connect(folder.resolve("run/control.sock"));
    }

    JsonObject ask(String method, String params) throws IOException {
        try (TestClient client = connect()) {
            return client.call(method, params);
        }
    }

    JsonObject result(String method, String params) throws IOException {
        JsonObject message = ask(method, params);
        return expect("result", message).getAsJsonObject("result");
    }

    /** The campaign has no assertion library, so this makes do without one. */
    private static JsonObject expect(String member, JsonObject message) {
        if (!message.has(member)) {
            throw new AssertionError("no " + member + " in " + message);
        }
        return message;
    }

    /** A device arrives for which there is no room; returns when the daemon has seen it. */
    void hotAdd() throws IOException {
        result("inject", HOT_ADD);
        while (result("check", "{}").get("healthy").getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    /** The exit code of an answer that is an error. */
    int refusal(String method, String params) throws IOException {
        JsonObject message = ask(method, params);
        return expect("error", message)
                .getAsJsonObject("error")
                .getAsJsonObject("data")
                .get("exit")
                .getAsInt();
    }

    @Override
    public void close() {
        daemon.stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        daemon.close();
    }
}
