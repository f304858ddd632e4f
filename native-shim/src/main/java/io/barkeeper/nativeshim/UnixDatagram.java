package io.barkeeper.nativeshim;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Sends datagrams to Unix sockets, each from a socket of its own. */
final class UnixDatagram {
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(5);

    private UnixDatagram() {}

    /**
     * Sends one datagram; a receiver that does not listen holds it up for five seconds at most.
     *
     * @param address as {@link #address} makes it
     * @param name of the socket, for an error
     */
    static void send(byte[] address, byte[] message, String name) throws ErrnoException {
        try (Fd socket = newSocket(name)) {
            LibC.sendto(socket.number(), message, message.length, Abi.MSG_NOSIGNAL, address, address.length);
        } catch (LastErrorException e) {
            throw new ErrnoException(e.getErrorCode(), "sendto", name);
        }
    }

    private static Fd newSocket(String name) throws LastErrorException {
        Fd socket = new Fd(LibC.socket(Abi.AF_UNIX, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0), name);
        try (Memory timeout = new Memory(Abi.TIME_SIZE)) {
            timeout.clear();
            timeout.setLong(Abi.TIME_SECONDS, SEND_TIMEOUT.toSeconds());
            LibC.setsockopt(socket.number(), Abi.SOL_SOCKET, Abi.SO_SNDTIMEO, timeout, Abi.TIME_SIZE);
            return socket;
        } catch (LastErrorException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * A struct sockaddr_un for a path, or for an abstract name, which is written with {@code @} in place of the NUL in
     * front. Other kinds exist ({@code vsock:}) and more may come; they are left alone.
     */
    static Optional<byte[]> address(String name) {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = name.startsWith("@");
        if (!isAbstract && !name.startsWith("/")) {
            return Optional.empty();
        }
        // A path ends with a NUL; an abstract name ends where the address ends.
        int length = path.length + (isAbstract ? 0 : 1);
        if (path.length < 2 || length > Abi.UN_PATH_SIZE) {
            return Optional.empty();
        }
        if (isAbstract) {
            path[0] = 0;
        }
        return Optional.of(ByteBuffer.allocate(Abi.UN_PATH + length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) Abi.AF_UNIX)
                .put(path)
                .array());
    }
}
