package io.barkeeper.nativeshim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The other end: a Unix datagram socket that listens, as that of the service manager. */
final class DatagramListener implements AutoCloseable {
    private static final int LARGEST = 1 << 20;

    private final Fd socket;

    private DatagramListener(Fd socket) {
        this.socket = socket;
    }

    /** @param name a path that ends with a NUL, or an abstract name that begins with one */
    static DatagramListener at(String name) {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        byte[] address = ByteBuffer.allocate(Abi.UN_PATH + path.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) Abi.AF_UNIX)
                .put(path)
                .array();
        Fd socket = new Fd(LibC.socket(Abi.AF_UNIX, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0), name);
        LibC.bind(socket.number(), address, address.length);
        return new DatagramListener(socket);
    }

    /** Waits for the next datagram. */
    String next() throws ErrnoException {
        byte[] buffer = new byte[LARGEST];
        return new String(buffer, 0, socket.read(buffer), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        socket.close();
    }
}
