package io.barkeeper.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.barkeeper.lab.DebianDisk;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** A whole Debian that installs the package as an administrator does. Kernel 6.1 and 6.12, those that Debian 12 and 13 boot. */
@Tag("thorough")
abstract class Server extends Scene {
    static final Duration LONG = Duration.ofMinutes(6);
    static final String NEWCOMER = "0000:06:00.0";

    private final int port = freePort();

    @Override
    protected boolean playsOn(String series) {
        return Set.of("6.1", "6.12").contains(series);
    }

    @Override
    protected MachineSpec machine() {
        assumeTrue(DebianDisk.missing().isEmpty(), DebianDisk::missing);
        return Machines.withSwitch()
                .words("-drive", "file=" + DebianDisk.image("bookworm") + ",if=none,id=root,format=raw,snapshot=on")
                .device("virtio-blk-pci,drive=root,bus=pcie.0,addr=1c")
                .words("-netdev", "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:" + port + "-:9826")
                .device("virtio-net-pci,netdev=net,romfile=,bus=pcie.0,addr=1d")
                .modules("virtio_blk", "virtio_net", "ext4")
                .kernelWords("lab.root=/dev/vda", "net.ifnames=0", "systemd.mask=systemd-logind.service")
                .reboots();
    }

    static void install(Guest guest, String debianPackage) {
        guest.await("the guest is up", () -> {
            String state =
                    guest.machine().shell().run("systemctl is-system-running").stdout();
            return state.contains("running") || state.contains("degraded") ? List.of() : List.of(state);
        });
        apt(guest, "install -y /host" + debianPackage);
        assertThat(guest.sh("systemctl is-active barkeeperd; systemctl is-enabled barkeeperd"))
                .isEqualTo("active\nenabled\n");
        assertThat(guest.sh("barkeeper status")).contains("mode: observe");
        guest.sh("""
                mkdir -p /etc/barkeeper/conf.d
                printf 'mode = "automatic"\\nmetrics.listen = "0.0.0.0:9826"\\n' >/etc/barkeeper/conf.d/here.toml
                """);
        systemctl(guest, "restart");
        assertThat(guest.sh("barkeeper mode")).contains("automatic");
    }

    static void apt(Guest guest, String words) {
        GuestShell.Result result = guest.machine().shell().run("DEBIAN_FRONTEND=noninteractive apt-get " + words, LONG);
        assertThat(result.exit()).as(result.stdout() + result.stderr()).isZero();
    }

    static void systemctl(Guest guest, String verb) {
        guest.machine().shell().run("systemctl " + verb + " barkeeperd", LONG).orThrow();
    }

    static List<String> missing(Guest guest, long bar2) {
        PciState now = guest.pci();
        return now.has(NEWCOMER) ? now.missing(now.at(NEWCOMER), 2, bar2) : List.of(NEWCOMER + " is not there");
    }

    final String scrape() {
        try {
            URI address = URI.create("http://127.0.0.1:" + port + "/metrics");
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
