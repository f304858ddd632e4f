package io.barkeeper.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.barkeeper.lab.Checkout;
import io.barkeeper.lab.DebianTree;
import io.barkeeper.lab.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/**
 * The way of a failed allocation to whoever watches: a daemon from the installed package, on a simulated machine, in one
 * container; a Prometheus of Debian's with the rules that the package ships in another.
 */
@Tag("container")
class AlertIT {
    private static final int METRICS = 9826;
    private static final int PROMETHEUS = 9090;
    private static final String CAPTURE = "it-tests/src/test/resources/captures/switch-6.1-before.tar.gz";

    /** A device that does not fit behind the switch, which has an empty port. */
    private static final String HOT_ADD = "hotplug:0000:02:03.0:none,io=256,mem64pref=256M";

    private static final String ASK = "perl -MIO::Socket::UNIX -e '"
            + "$s = IO::Socket::UNIX->new(Peer => \"/run/barkeeper/control.sock\") or die $!; print $s shift() . \"\\n\";"
            + " $s->flush; print scalar <$s>' ";

    /** Every second, where a server would be content with every minute. */
    private static final String SCRAPING = """
            global:
              scrape_interval: 1s
              evaluation_interval: 1s
            scrape_configs:
              - job_name: barkeeper
                static_configs:
                  - targets: [daemon:9826]
            rule_files:
              - /tmp/barkeeper-alerts.yml
              - /tmp/barkeeper-recording.yml
            """;

    @BeforeAll
    static void needsAnEngine() {
        Optional<String> missing = Engine.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        assumeTrue(DebianTree.canBeMade(), "mmdebstrap is not installed, so there is no image to start");
    }

    @Test
    void aFailedAllocationRaisesAnAlertInPrometheus() {
        try (Network network = Network.newNetwork();
                Container daemon = daemon(network);
                Container prometheus = prometheus(network)) {
            daemon.start();
            prometheus.start();
            URI server = URI.create("http://" + prometheus.getHost() + ":" + prometheus.getMappedPort(PROMETHEUS));
            Patience.await("a scrape of the daemon", () -> scraped(server));
            assertThat(firing(server)).as("alerts before anything happened").isEmpty();

            String answer =
                    daemon.sh(ASK + "'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"inject\",\"params\":{\"action\":\""
                            + HOT_ADD + "\"}}'");
            assertThat(JsonParser.parseString(answer).getAsJsonObject().has("result"))
                    .as(answer)
                    .isTrue();

            Patience.await(
                    "the alert",
                    () -> firing(server).contains("BarkeeperAllocationFailed")
                            ? List.of()
                            : List.of("firing are " + firing(server)));
            assertThat(daemon.run("barkeeper check").getExitCode())
                    .as("exit of check")
                    .isEqualTo(10);
            assertThat(daemon.sh("barkeeper plan")).contains("remove:0000:00:01.0");
        }
    }

    private static Container daemon(Network network) {
        return new Container(Images.withPackage(Checkout.debianPackage()))
                .withNetwork(network)
                .withNetworkAliases("daemon")
                .withExposedPorts(METRICS)
                .withCopyFileToContainer(
                        MountableFile.forHostPath(Checkout.root().resolve(CAPTURE)), "/tmp/capture.tar.gz")
                .withCopyToContainer(
                        Transferable.of("metrics.listen = \"0.0.0.0:" + METRICS + "\"\n"),
                        "/etc/barkeeper/conf.d/listen.toml")
                .withCommand("sh", "-ec", """
                        mkdir /tmp/tree
                        tar xzf /tmp/capture.tar.gz -C /tmp/tree
                        barkeeper --sysroot /tmp/tree snapshot -o /tmp/machine.json
                        exec barkeeperd --simulate /tmp/machine.json
                        """)
                .waitingFor(Wait.forHttp("/metrics").forPort(METRICS));
    }

    private static Container prometheus(Network network) {
        Container container = new Container(Images.withPrometheus())
                .withNetwork(network)
                .withExposedPorts(PROMETHEUS)
                .withCopyToContainer(Transferable.of(SCRAPING), "/tmp/prometheus.yml")
                .withCommand("prometheus", "--config.file=/tmp/prometheus.yml", "--storage.tsdb.path=/tmp/data")
                .waitingFor(Wait.forHttp("/-/ready").forPort(PROMETHEUS));
        for (String rules : List.of("barkeeper-alerts.yml", "barkeeper-recording.yml")) {
            container.withCopyFileToContainer(
                    MountableFile.forHostPath(Checkout.root().resolve("systemd/src/monitoring/" + rules)),
                    "/tmp/" + rules);
        }
        return container;
    }

    private static List<String> scraped(URI server) {
        JsonObject answer = get(server.resolve("/api/v1/query?query=barkeeper_build_info"));
        boolean there = !answer.getAsJsonObject("data").getAsJsonArray("result").isEmpty();
        return there ? List.of() : List.of("there is no barkeeper_build_info");
    }

    private static List<String> firing(URI server) {
        List<String> names = new ArrayList<>();
        get(server.resolve("/api/v1/alerts"))
                .getAsJsonObject("data")
                .getAsJsonArray("alerts")
                .forEach(alert -> {
                    if (alert.getAsJsonObject().get("state").getAsString().equals("firing")) {
                        names.add(alert.getAsJsonObject()
                                .getAsJsonObject("labels")
                                .get("alertname")
                                .getAsString());
                    }
                });
        return names;
    }

    private static JsonObject get(URI address) {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            return JsonParser.parseString(answer.body()).getAsJsonObject();
        } catch (IOException e) {
            throw new AssertionError("Prometheus does not answer " + address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }
}
