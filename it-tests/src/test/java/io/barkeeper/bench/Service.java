package io.barkeeper.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SnapshotJson;
import io.barkeeper.testing.LargeMachine;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the service costs: a daemon process on a simulated machine of 320 functions. How soon it is ready, how long a short
 * command takes, how long from a hot-add that does not fit to the plan beyond the settle time (the first one of the process, and
 * a later one), its memory and the wake-ups of each of its threads while nothing happens. Numbers only; nothing is judged.
 */
public final class Service {
    private static final int FUNCTIONS = 320;
    private static final String RELEASE = "6.1.0-44-amd64";
    /** A machine on which all that is plugged in at boot finds room. */
    private static final long SEED = 2;

    private static final int SETTLE_MILLIS = 500;
    private static final int ANSWERS = 7;
    private static final double NANOS = 1e9;
    private static final String CONFIGURATION = """
            metrics.listen = "off"
            settle.quiet = "%dms"

            [[rule]]
            match = "driver:test"
            movable = true
            """;
    /** The first slot of the first tree. */
    private static final String SLOT = "0000:02:00.0";

    private final Path bin;
    private final Path work;

    private Service(Path bin, Path work) {
        this.bin = bin;
        this.work = work;
    }

    /** @param args the folder with the launchers, and for how many seconds the daemon idles */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("barkeeper-bench");
        new Service(Path.of(args[0]).toAbsolutePath(), work).run(Integer.parseInt(args[1]));
    }

    private void run(int idleSeconds) throws IOException, InterruptedException {
        KernelModel model = KernelModels.forRelease(RELEASE);
        Topology machine = model.apply(LargeMachine.unscanned(RELEASE, FUNCTIONS, SEED), ActionParser.parse("rescan"))
                .after();
        machine = model.apply(machine, ActionParser.parse("unplug:" + SLOT)).after();
        Path snapshot = work.resolve("machine.json");
        Files.writeString(snapshot, SnapshotJson.toJson(machine).toString());
        Path config = work.resolve("barkeeper.toml");
        Files.writeString(config, CONFIGURATION.formatted(SETTLE_MILLIS));
        long begin = System.nanoTime();
        Process daemon = new ProcessBuilder(
                        bin.resolve("barkeeperd").toString(),
                        "--config",
                        config.toString(),
                        "--simulate",
                        snapshot.toString(),
                        "--state-dir",
                        work.resolve("state").toString(),
                        "--runtime-dir",
                        work.resolve("run").toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("log").toFile())
                .start();
        try {
            awaitReady(daemon);
            tell("functions", machine.functions().size() + "");
            tell("ready after", seconds(System.nanoTime() - begin));
            status();
            tell("from the last uevent to the first plan, beyond the settle time", planned());
            inject("unplug:" + SLOT);
            TimeUnit.SECONDS.sleep(2);
            tell("the same for the next device", planned());
            idle(daemon.pid(), idleSeconds);
        } finally {
            daemon.destroy();
            daemon.waitFor();
        }
    }

    private void awaitReady(Process daemon) throws IOException, InterruptedException {
        while (!Files.readString(work.resolve("log")).contains(" keeps ")) {
            if (!daemon.isAlive()) {
                throw new IOException("barkeeperd ended:\n" + Files.readString(work.resolve("log")));
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void status() throws IOException, InterruptedException {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < ANSWERS; i++) {
            long begin = System.nanoTime();
            new ProcessBuilder(
                            bin.resolve("barkeeper").toString(),
                            "--socket",
                            work.resolve("run/control.sock").toString(),
                            "status")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            times.add(System.nanoTime() - begin);
        }
        times.sort(null);
        tell("barkeeper status, median of " + ANSWERS, seconds(times.get(ANSWERS / 2)));
    }

    /** A follower hears of the plan; the clock starts when the simulated kernel has done its part. */
    private String planned() throws IOException {
        try (SocketChannel follower = connect()) {
            BufferedReader events = reader(follower);
            send(follower, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"events\"}");
            inject("hotplug:" + SLOT + ":mem32=4K,none,mem64pref=256M");
            long begin = System.nanoTime();
            String line = events.readLine();
            while (line != null && !isPlan(line)) {
                line = events.readLine();
            }
            long took = System.nanoTime() - begin - TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS);
            return line == null ? "never" : seconds(took) + ": " + text(line);
        }
    }

    private void inject(String action) throws IOException {
        try (SocketChannel asker = connect()) {
            send(
                    asker,
                    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"inject\",\"params\":{\"action\":\"" + action + "\"}}");
            reader(asker).readLine();
        }
    }

    private static boolean isPlan(String line) {
        JsonObject message = JsonParser.parseString(line).getAsJsonObject();
        return message.has("params")
                && message.getAsJsonObject("params").get("event").getAsString().equals("plan");
    }

    private static String text(String line) {
        return JsonParser.parseString(line)
                .getAsJsonObject()
                .getAsJsonObject("params")
                .get("text")
                .getAsString();
    }

    private void idle(long pid, int seconds) throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(2);
        Map<String, Long> before = switches(pid);
        TimeUnit.SECONDS.sleep(seconds);
        Map<String, Long> after = switches(pid);
        tell("memory (PSS) after " + seconds + " s idle", memory(pid));
        after.forEach((thread, count) -> {
            long wakes = count - before.getOrDefault(thread, 0L);
            if (wakes > 0) {
                tell("wake-ups in 10 s of " + thread, String.format("%.2f", wakes * 10.0 / seconds));
            }
        });
    }

    /** Voluntary context switches by thread. */
    private static Map<String, Long> switches(long pid) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks.toList()) {
                String name = Files.readString(task.resolve("comm")).strip();
                long count = field(task.resolve("status"), "voluntary_ctxt_switches:");
                counts.merge(name, count, Long::sum);
            }
        }
        return counts;
    }

    private static String memory(long pid) throws IOException {
        long kilobytes = field(Path.of("/proc/" + pid + "/smaps_rollup"), "Pss:");
        return String.format("%.1f MiB", kilobytes / 1024.0);
    }

    private static long field(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(work.resolve("run/control.sock")));
        return channel;
    }

    private static BufferedReader reader(SocketChannel channel) {
        return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    private static void send(SocketChannel channel, String line) throws IOException {
        channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static String seconds(long nanos) {
        return String.format("%.3f s", nanos / NANOS);
    }

    private static void tell(String what, String value) {
        System.out.printf("%-60s %s%n", what, value);
    }
}
