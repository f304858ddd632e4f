package io.barkeeper.nativeshim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.jna.LastErrorException;
import io.barkeeper.nativeshim.Received.Credentials;
import io.barkeeper.nativeshim.Received.Datagram;
import io.barkeeper.nativeshim.Received.Overflow;
import io.barkeeper.nativeshim.Received.TimedOut;
import io.barkeeper.nativeshim.Received.Woken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UeventSocketTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void aKernelEventArrivesWithTheMarksOfTheKernel() throws IOException {
        try (UeventSocket socket = UeventSocket.open()) {
            // A character device without hardware; the kernel answers the word with an event of its own making.
            requestEvent("/sys/class/mem/null/uevent");
            Datagram datagram = awaitDatagram(socket, "change@/devices/virtual/mem/null");
            assertThat(text(datagram)).contains("\0SUBSYSTEM=mem\0").contains("\0SYNTH_UUID=");
            assertThat(datagram.portId()).isZero();
            assertThat(datagram.groups()).isEqualTo(1);
            assertThat(datagram.credentials()).contains(new Credentials(0, 0, 0));
            assertThat(datagram.truncated()).isFalse();
        }
    }

    @Test
    void aMessageFromAProcessShowsItsPortAndItsCredentials() throws IOException {
        try (UeventSocket socket = UeventSocket.open();
                Fd sender = sender()) {
            send(sender, "add@/devices/forged\0", socket.portId(), 0);
            Datagram datagram = awaitDatagram(socket, "add@/devices/forged");
            assertThat(datagram.portId()).isNotZero();
            assertThat(datagram.groups()).isZero();
            assertThat(datagram.credentials().map(Credentials::pid))
                    .contains((int) ProcessHandle.current().pid());
        }
    }

    @Test
    void aMessageFromAProcessToTheKernelsGroupStillShowsItsPort() throws IOException {
        try (UeventSocket socket = UeventSocket.open();
                Fd sender = sender()) {
            send(sender, "add@/devices/forged/group\0", 0, 1);
            Datagram datagram = awaitDatagram(socket, "add@/devices/forged/group");
            assertThat(datagram.portId()).isNotZero();
            assertThat(datagram.groups()).isEqualTo(1);
            assertThat(datagram.credentials().map(Credentials::pid))
                    .contains((int) ProcessHandle.current().pid());
        }
    }

    @Test
    void aMessageLongerThanTheBufferIsMarkedAsTruncated() throws IOException {
        try (UeventSocket socket = UeventSocket.open();
                Fd sender = sender()) {
            send(sender, "add@/devices/long" + "x".repeat(40_000), socket.portId(), 0);
            Datagram datagram = awaitDatagram(socket, "add@/devices/long");
            assertThat(datagram.truncated()).isTrue();
            assertThat(datagram.bytes()).hasSize(16 << 10);
        }
    }

    @Test
    void aFullBufferIsToldBeforeTheMessagesThatAreStillThere() throws IOException {
        try (UeventSocket socket = UeventSocket.open(4096);
                Fd sender = sender()) {
            for (int i = 0; i < 50; i++) {
                send(sender, "add@/devices/flood" + "x".repeat(1000), 0, 1);
            }
            assertThat(socket.receive(LONG)).isInstanceOf(Overflow.class);
            awaitDatagram(socket, "add@/devices/flood");
            assertThat(awaitOtherThanDatagram(socket, Duration.ZERO)).isInstanceOf(TimedOut.class);
        }
    }

    @Test
    void aWakeUpFromAnotherThreadEndsTheSleep() throws Exception {
        try (UeventSocket socket = UeventSocket.open()) {
            CompletableFuture<Received> woken = CompletableFuture.supplyAsync(() -> awaitOtherThanDatagram(socket));
            socket.wake();
            assertThat(woken.get()).isInstanceOf(Woken.class);
        }
    }

    @Test
    void severalWakeUpsBeforeAReceiveAreOne() throws IOException {
        try (UeventSocket socket = UeventSocket.open()) {
            socket.wake();
            socket.wake();
            assertThat(socket.receive(LONG)).isInstanceOf(Woken.class);
            assertThat(awaitOtherThanDatagram(socket, Duration.ZERO)).isInstanceOf(TimedOut.class);
        }
    }

    @Test
    void withoutAnythingToReceiveTheTimeoutEndsIt() throws IOException {
        try (UeventSocket socket = UeventSocket.open()) {
            assertThat(awaitOtherThanDatagram(socket, Duration.ofMillis(20))).isInstanceOf(TimedOut.class);
            assertThat(awaitOtherThanDatagram(socket, Duration.ofSeconds(-1))).isInstanceOf(TimedOut.class);
        }
    }

    @Test
    void closingFromAnotherThreadEndsTheSleep() throws Exception {
        UeventSocket socket = UeventSocket.open();
        CompletableFuture<Received> received = CompletableFuture.supplyAsync(() -> awaitOtherThanDatagram(socket));
        socket.close();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(received::get)
                .havingRootCause()
                .isInstanceOf(ClosedChannelException.class);
        socket.wake();
        socket.close();
    }

    private static Received awaitOtherThanDatagram(UeventSocket socket) {
        try {
            return awaitOtherThanDatagram(socket, Duration.ofSeconds(Long.MAX_VALUE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips what the machine itself has to tell while the test runs. */
    private static Received awaitOtherThanDatagram(UeventSocket socket, Duration timeout) throws IOException {
        while (true) {
            Received received = socket.receive(timeout);
            if (!(received instanceof Datagram)) {
                return received;
            }
        }
    }

    private static Datagram awaitDatagram(UeventSocket socket, String start) throws IOException {
        while (true) {
            Received received = socket.receive(LONG);
            if (received instanceof Datagram datagram && text(datagram).startsWith(start)) {
                return datagram;
            }
        }
    }

    private static String text(Datagram datagram) {
        return new String(datagram.bytes(), StandardCharsets.UTF_8);
    }

    private static void requestEvent(String attribute) throws ErrnoException {
        try {
            AttributeFile.write(Path.of(attribute), "change");
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EACCES || e.errno() == Errno.EROFS) {
                abort("no kernel event can be asked for: " + e.getMessage());
            }
            throw e;
        }
    }

    private static Fd sender() {
        return new Fd(
                LibC.socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, Abi.NETLINK_KOBJECT_UEVENT), "sender");
    }

    private static void send(Fd sender, String message, int portId, int groups) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        byte[] address = UeventSocket.address(portId, groups);
        try {
            LibC.sendto(sender.number(), bytes, bytes.length, 0, address, address.length);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.EPERM) {
                abort("sending uevents needs CAP_NET_ADMIN: " + e.getMessage());
            }
            throw e;
        }
    }
}
