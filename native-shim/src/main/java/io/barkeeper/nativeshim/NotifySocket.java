package io.barkeeper.nativeshim;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Tells the service manager how the daemon does: the protocol of sd_notify(3), newline-separated assignments in a
 * datagram to the Unix socket that {@code $NOTIFY_SOCKET} names.
 *
 * <p>Without that variable, or with an address of a kind that is not known here, every method does nothing. For any
 * thread; each message is sent from a socket of its own, and a manager that does not listen holds it up for five seconds
 * at most.
 */
public final class NotifySocket {
    private static final long MICROSECONDS_PER_SECOND = 1_000_000;

    private final Optional<byte[]> address;
    private final Optional<Duration> watchdogInterval;

    private NotifySocket(Optional<byte[]> address, Optional<Duration> watchdogInterval) {
        this.address = address;
        this.watchdogInterval = watchdogInterval;
    }

    /** The socket that the environment of this process names. */
    public static NotifySocket fromEnvironment() {
        return fromEnvironment(System.getenv());
    }

    /** The socket that these environment variables name. */
    public static NotifySocket fromEnvironment(Map<String, String> environment) {
        return new NotifySocket(
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).flatMap(UnixDatagram::address),
                watchdogInterval(environment));
    }

    /** Whether there is somebody to notify. */
    public boolean isActive() {
        return address.isPresent();
    }

    /**
     * How often the manager wants to hear {@link #watchdog} at least; half of it is a good period. Empty when it does
     * not watch this process.
     */
    public Optional<Duration> watchdogInterval() {
        return watchdogInterval;
    }

    /** Start-up is over ({@code READY=1}); also ends a reload. */
    public void ready(String status) throws ErrnoException {
        send("READY=1\n" + statusLine(status));
    }

    /** One line for people, shown by {@code systemctl status}. */
    public void status(String status) throws ErrnoException {
        send(statusLine(status));
    }

    /** The configuration is being read again; {@link #ready} follows when it has been. */
    public void reloading() throws ErrnoException {
        send("RELOADING=1\nMONOTONIC_USEC=" + monotonicMicroseconds());
    }

    /** The daemon is going down. */
    public void stopping(String status) throws ErrnoException {
        send("STOPPING=1\n" + statusLine(status));
    }

    /** The daemon is alive. */
    public void watchdog() throws ErrnoException {
        send("WATCHDOG=1");
    }

    /** Start-up, reload or stop takes longer: the manager is to wait this long from now, or until the next such call. */
    public void extendTimeout(Duration duration) throws ErrnoException {
        send("EXTEND_TIMEOUT_USEC=" + microseconds(duration));
    }

    private void send(String message) throws ErrnoException {
        if (address.isEmpty()) {
            return;
        }
        UnixDatagram.send(address.get(), message.getBytes(StandardCharsets.UTF_8), "NOTIFY_SOCKET");
    }

    /** As sd_watchdog_enabled(3): {@code WATCHDOG_PID}, where it is set, must be this process. */
    private static Optional<Duration> watchdogInterval(Map<String, String> environment) {
        String own = Long.toString(ProcessHandle.current().pid());
        String interval = environment.getOrDefault("WATCHDOG_USEC", "");
        if (!environment.getOrDefault("WATCHDOG_PID", own).equals(own) || !interval.matches("[0-9]{1,15}")) {
            return Optional.empty();
        }
        long microseconds = Long.parseLong(interval);
        return microseconds == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(microseconds * 1000));
    }

    /** A newline in it would begin another assignment. */
    private static String statusLine(String status) {
        return "STATUS=" + status.replaceAll("\\R", " ");
    }

    private static long microseconds(Duration duration) {
        return duration.toSeconds() * MICROSECONDS_PER_SECOND + duration.toNanosPart() / 1000;
    }

    private static long monotonicMicroseconds() throws ErrnoException {
        try (Memory time = new Memory(Abi.TIME_SIZE)) {
            LibC.clock_gettime(Abi.CLOCK_MONOTONIC, time);
            return time.getLong(Abi.TIME_SECONDS) * MICROSECONDS_PER_SECOND + time.getLong(Abi.TIME_FRACTION) / 1000;
        } catch (LastErrorException e) {
            throw new ErrnoException(e.getErrorCode(), "clock_gettime", "");
        }
    }
}
