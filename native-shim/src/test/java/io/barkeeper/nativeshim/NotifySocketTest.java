package io.barkeeper.nativeshim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
        try (Fd manager = listen(path + '\0')) {
            NotifySocket socket = notifying(path);
            assertThat(socket.isActive()).isTrue();
            socket.ready("4 host bridges");
            assertThat(next(manager)).isEqualTo("READY=1\nSTATUS=4 host bridges");
        }
    }

    @Test
    void notifiesASocketWithAnAbstractName() throws IOException {
        String name = "barkeeper-test-" + UUID.randomUUID();
        try (Fd manager = listen('\0' + name)) {
            notifying('@' + name).watchdog();
            assertThat(next(manager)).isEqualTo("WATCHDOG=1");
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
        try (Fd manager = listen('\0' + name)) {
            NotifySocket socket = notifying('@' + name);
            socket.status("one\nREADY=1\r\ntwo");
            assertThat(next(manager)).isEqualTo("STATUS=one READY=1 two");
            socket.stopping("rolling back");
            assertThat(next(manager)).isEqualTo("STOPPING=1\nSTATUS=rolling back");
            socket.extendTimeout(Duration.ofMillis(90_500));
            assertThat(next(manager)).isEqualTo("EXTEND_TIMEOUT_USEC=90500000");
        }
    }

    @Test
    void aReloadCarriesTheMonotonicClock() throws IOException {
        String name = "barkeeper-test-" + UUID.randomUUID();
        try (Fd manager = listen('\0' + name)) {
            NotifySocket socket = notifying('@' + name);
            socket.reloading();
            String first = next(manager);
            socket.reloading();
            assertThat(first).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            assertThat(microseconds(next(manager))).isGreaterThanOrEqualTo(microseconds(first));
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

    /** The service manager's end. */
    private static Fd listen(String name) {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        byte[] address = ByteBuffer.allocate(Abi.UN_PATH + path.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) Abi.AF_UNIX)
                .put(path)
                .array();
        Fd socket = new Fd(LibC.socket(Abi.AF_UNIX, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0), name);
        LibC.bind(socket.number(), address, address.length);
        return socket;
    }

    private static String next(Fd manager) throws ErrnoException {
        byte[] buffer = new byte[1024];
        return new String(buffer, 0, manager.read(buffer), StandardCharsets.UTF_8);
    }
}
