package io.barkeeper.nativeshim;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import io.barkeeper.nativeshim.Received.Overflow;
import io.barkeeper.nativeshim.Received.TimedOut;
import io.barkeeper.nativeshim.Received.Woken;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The kernel's uevents: a netlink socket of the protocol NETLINK_KOBJECT_UEVENT, bound to multicast group 1, which the
 * kernel sends to (group 2 is udev's). No privilege is needed to listen.
 *
 * <p>Messages queue from the moment of {@link #open}, so a machine that is looked at after that hides no event. One
 * thread receives. It sleeps in one poll(2) over the socket and an eventfd, and any other thread ends that sleep by
 * {@link #wake}. Any thread may close: a running {@link #receive} then ends with {@link ClosedChannelException}.
 */
public final class UeventSocket implements AutoCloseable {
    private static final String NAME = "uevent socket";

    /** Multicast group of the kernel's own messages (lib/kobject_uevent.c, uevent_net_broadcast_untagged). */
    private static final int KERNEL_GROUP = 1;

    /** A limit and not an allocation; the same that udev asks for, so that a storm of events fits. */
    private static final int RECEIVE_BUFFER_BYTES = 128 << 20;

    /** Far beyond any uptime, and its nanoseconds still fit into a long. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Fd socket;
    private final WakeUp wakeUp;
    private final int portId;
    private final ReentrantLock receiving = new ReentrantLock();
    private final MessageBuffer message = new MessageBuffer();
    private final Memory polled = new Memory(2L * Abi.POLLFD_SIZE);
    private volatile boolean closed;

    private UeventSocket(Fd socket, WakeUp wakeUp, int portId) {
        this.socket = socket;
        this.wakeUp = wakeUp;
        this.portId = portId;
    }

    /**
     * Opens the socket and joins the kernel's group.
     *
     * @throws ErrnoException when the kernel refuses a socket of this kind, as a seccomp filter may ask of it
     */
    public static UeventSocket open() throws ErrnoException {
        return open(RECEIVE_BUFFER_BYTES);
    }

    static UeventSocket open(int receiveBufferBytes) throws ErrnoException {
        Fd socket = newSocket();
        try {
            sizeReceiveBuffer(socket, receiveBufferBytes);
            // Before bind, so that no message is queued without the credentials of its sender.
            setOption(socket, Abi.SO_PASSCRED, 1);
            bind(socket);
            int portId = portIdOf(socket);
            return new UeventSocket(socket, WakeUp.open(), portId);
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    /** The netlink port that the kernel gave this socket, unsigned; messages to it alone are addressed to this. */
    public int portId() {
        return portId;
    }

    /**
     * Waits for the next thing to happen. A wake-up comes before queued messages. {@link Thread#interrupt} does not end
     * it.
     *
     * @param timeout how long to wait at most; zero or less looks once and does not sleep
     * @throws ClosedChannelException when the socket is closed, before or during the call
     * @throws ErrnoException when the kernel reports an error of the socket other than a full buffer
     */
    public Received receive(Duration timeout) throws ErrnoException, ClosedChannelException {
        Duration bounded = timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST;
        long deadline = System.nanoTime() + (bounded.isNegative() ? 0 : bounded.toNanos());
        receiving.lock();
        try {
            while (true) {
                if (closed) {
                    throw new ClosedChannelException();
                }
                long remaining = deadline - System.nanoTime();
                boolean ready = poll(Math.max(remaining, 0));
                Optional<Received> received = ready ? take() : Optional.empty();
                if (received.isPresent()) {
                    return received.get();
                }
                if (!ready && deadline - System.nanoTime() <= 0) {
                    return new TimedOut();
                }
            }
        } finally {
            receiving.unlock();
        }
    }

    /**
     * Makes a running {@link #receive}, or else the next one, return {@link Woken}. Several calls may end in one. Does
     * nothing on a closed socket. For any thread.
     */
    public void wake() {
        wakeUp.signal();
    }

    /** Closes the socket, from any thread; waits until a running {@link #receive} has left it. */
    @Override
    public void close() {
        closed = true;
        wakeUp.signal();
        receiving.lock();
        try {
            // Not before: a descriptor closed under a sleeping poll could be another file when it wakes.
            socket.close();
            wakeUp.close();
        } finally {
            receiving.unlock();
        }
    }

    /**
     * Whether this process is in the initial network namespace. Hardware uevents reach the sockets of those network
     * namespaces that the initial user namespace owns, so elsewhere the socket may stay silent for ever.
     *
     * @return empty where the answer cannot be had: {@code /proc/1} is another's or is the first process of a container
     */
    public static Optional<Boolean> inInitialNetworkNamespace() {
        return NetworkNamespace.isInitial(Path.of("/proc"));
    }

    /** Waits until the socket or the eventfd has something; false when the time is over or a signal came. */
    private boolean poll(long nanoseconds) throws ErrnoException {
        polled.clear();
        polled.setInt(Abi.POLLFD_FD, socket.number());
        polled.setShort(Abi.POLLFD_EVENTS, Abi.POLLIN);
        polled.setInt(Abi.POLLFD_SIZE + Abi.POLLFD_FD, wakeUp.descriptor());
        polled.setShort(Abi.POLLFD_SIZE + Abi.POLLFD_EVENTS, Abi.POLLIN);
        long milliseconds = nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1);
        try {
            return LibC.poll(polled, 2, (int) Math.min(milliseconds, Integer.MAX_VALUE)) > 0;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.EINTR) {
                return false;
            }
            throw socket.failed("poll", e);
        }
    }

    private Optional<Received> take() throws ErrnoException {
        if (polled.getShort(Abi.POLLFD_SIZE + Abi.POLLFD_REVENTS) != 0 && wakeUp.reset()) {
            return closed ? Optional.empty() : Optional.of(new Woken());
        }
        try {
            return Optional.of(message.receive(socket.number()));
        } catch (LastErrorException e) {
            return switch (e.getErrorCode()) {
                case Errno.EAGAIN, Errno.EINTR -> Optional.empty();
                case Errno.ENOBUFS -> Optional.of(new Overflow());
                default -> throw socket.failed("recvmsg", e);
            };
        }
    }

    private static Fd newSocket() throws ErrnoException {
        int type = Abi.SOCK_RAW | Abi.SOCK_CLOEXEC | Abi.SOCK_NONBLOCK;
        try {
            return new Fd(LibC.socket(Abi.AF_NETLINK, type, Abi.NETLINK_KOBJECT_UEVENT), NAME);
        } catch (LastErrorException e) {
            throw new ErrnoException(e.getErrorCode(), "socket", NAME);
        }
    }

    /** Beyond net.core.rmem_max needs CAP_NET_ADMIN; without it the kernel cuts the size to that limit in silence. */
    private static void sizeReceiveBuffer(Fd socket, int bytes) throws ErrnoException {
        try {
            setOption(socket, Abi.SO_RCVBUFFORCE, bytes);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            setOption(socket, Abi.SO_RCVBUF, bytes);
        }
    }

    private static void setOption(Fd socket, int option, int value) throws ErrnoException {
        try (Memory memory = new Memory(Integer.BYTES)) {
            memory.setInt(0, value);
            LibC.setsockopt(socket.number(), Abi.SOL_SOCKET, option, memory, Integer.BYTES);
        } catch (LastErrorException e) {
            throw socket.failed("setsockopt", e);
        }
    }

    private static void bind(Fd socket) throws ErrnoException {
        try {
            LibC.bind(socket.number(), address(0, KERNEL_GROUP), Abi.SOCKADDR_NL_SIZE);
        } catch (LastErrorException e) {
            throw socket.failed("bind", e);
        }
    }

    private static int portIdOf(Fd socket) throws ErrnoException {
        try (Memory address = new Memory(Abi.SOCKADDR_NL_SIZE);
                Memory length = new Memory(Integer.BYTES)) {
            length.setInt(0, Abi.SOCKADDR_NL_SIZE);
            LibC.getsockname(socket.number(), address, length);
            return address.getInt(Abi.NL_PID);
        } catch (LastErrorException e) {
            throw socket.failed("getsockname", e);
        }
    }

    /** A struct sockaddr_nl; port 0 lets the kernel choose one. */
    static byte[] address(int portId, int groups) {
        return ByteBuffer.allocate(Abi.SOCKADDR_NL_SIZE)
                .order(ByteOrder.nativeOrder())
                .putShort(Abi.NL_FAMILY, (short) Abi.AF_NETLINK)
                .putInt(Abi.NL_PID, portId)
                .putInt(Abi.NL_GROUPS, groups)
                .array();
    }
}
