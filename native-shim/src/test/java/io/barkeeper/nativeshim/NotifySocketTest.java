package io.barkeeper.nativeshim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NotifySocketTest {
    @TempDir
    Path directory;

    @Test
    void notifiesASocketInTheFileSystem() throws IOException {
        String path = directory.resolve("notify").toString();
        try (DatagramListener manager = DatagramListener.at(path + '\0')) {
            NotifySocket socket = notifying(path);
            assertThat(socket.isActive()).isTrue();
            socket.ready("4 host bridges");
            assertThat(manager.next()).isEqualTo("READY=1\nSTATUS=4 host bridges");
        }
    }

    @Test
    void notifiesASocketWithAnAbstractName() throws IOException {
        String name = "barkeeper-test-" + UUID.randomUUID();
        try (DatagramListener manager = DatagramListener.at('\0' + name)) {
            notifying('@' + name).watchdog();
            assertThat(manager.next()).isEqualTo("WATCHDOG=1");
        }
    }

    @Test
    void theLongestPathFits() throws IOException {
        String path = "/tmp/" + "x".repeat(Abi.UN_PATH_SIZE - 1 - "/tmp/".length());
        assertThat(notifying(path).isActive()).isTrue();
        assertThat(notifying(path + "x").isActive()).isFalse();
    }

    @Test
    void eachMessageIsWrittenAsTheProtocolHasIt() throws IOException {
        String name = "barkeeper-test-" + UUID.randomUUID();
        try (DatagramListener manager = DatagramListener.at('\0' + name)) {
            NotifySocket socket = notifying('@' + name);
            socket.status("one\nREADY=1\r\ntwo");
            assertThat(manager.next()).isEqualTo("STATUS=one READY=1 two");
            socket.stopping("rolling back");
            assertThat(manager.next()).isEqualTo("STOPPING=1\nSTATUS=rolling back");
            socket.extendTimeout(Duration.ofMillis(90_500));
            assertThat(manager.next()).isEqualTo("EXTEND_TIMEOUT_USEC=90500000");
        }
    }

    @Test
    void aReloadCarriesTheMonotonicClock() throws IOException {
        String name = "barkeeper-test-" + UUID.randomUUID();
        try (DatagramListener manager = DatagramListener.at('\0' + name)) {
            NotifySocket socket = notifying('@' + name);
            socket.reloading();
            String first = manager.next();
            socket.reloading();
            assertThat(first).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            assertThat(microseconds(manager.next())).isGreaterThanOrEqualTo(microseconds(first));
        }
    }

    @Test
    void withoutAManagerNothingIsSent() throws IOException {
        NotifySocket socket = NotifySocket.fromEnvironment(Map.of());
        assertThat(socket.isActive()).isFalse();
        socket.ready("nobody listens");
        socket.reloading();
        socket.watchdog();
    }

    @Test
    void addressesOfOtherKindsAreLeftAlone() throws IOException {
        for (String address : new String[] {"", "/", "@", "vsock:2:1234", "vsock-dgram:2:1234", "relative"}) {
            NotifySocket socket = notifying(address);
            assertThat(socket.isActive()).as(address).isFalse();
            socket.ready("nobody listens");
        }
    }

    @Test
    void aManagerThatHasGoneIsAnError() {
        NotifySocket socket = notifying(directory.resolve("gone").toString());
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> socket.ready(""))
                .withMessage("sendto NOTIFY_SOCKET: ENOENT (No such file or directory)");
    }

    @Test
    void theWatchdogIntervalIsForThisProcessOnly() {
        long pid = ProcessHandle.current().pid();
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "60000000"))).contains(Duration.ofSeconds(60));
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "1500", "WATCHDOG_PID", "" + pid)))
                .contains(Duration.ofNanos(1_500_000));
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "1500", "WATCHDOG_PID", "" + (pid + 1))))
                .isEmpty();
    }

    @Test
    void aWatchdogIntervalThatIsNoneIsIgnored() {
        assertThat(watchdog(Map.of())).isEmpty();
        for (String interval : new String[] {"", "0", "-5", "soon", "99999999999999999999"}) {
            assertThat(watchdog(Map.of("WATCHDOG_USEC", interval))).as(interval).isEmpty();
        }
    }

    private static Optional<Duration> watchdog(Map<String, String> environment) {
        return NotifySocket.fromEnvironment(environment).watchdogInterval();
    }

    private static NotifySocket notifying(String address) {
        return NotifySocket.fromEnvironment(Map.of("NOTIFY_SOCKET", address));
    }

    private static long microseconds(String reload) {
        return Long.parseLong(reload.substring(reload.lastIndexOf('=') + 1));
    }
}
