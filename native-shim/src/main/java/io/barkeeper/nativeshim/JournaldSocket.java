package io.barkeeper.nativeshim;

/**
 * The socket on which systemd-journald takes entries with fields: each is one datagram. For any thread.
 *
 * <p>What does not fit into a datagram is refused with {@code EMSGSIZE}; the protocol's way out, a sealed memory file,
 * is not taken here.
 */
public final class JournaldSocket {
    /** Where journald listens. */
    public static final String PATH = "/run/systemd/journal/socket";

    private final byte[] address;
    private final String name;

    private JournaldSocket(byte[] address, String name) {
        this.address = address;
        this.name = name;
    }

    /**
     * The socket at this path; nothing is opened yet.
     *
     * @throws IllegalArgumentException when no socket can have this name
     */
    public static JournaldSocket at(String path) {
        return new JournaldSocket(
                UnixDatagram.address(path).orElseThrow(() -> new IllegalArgumentException("no socket: " + path)), path);
    }

    /**
     * Hands one entry over.
     *
     * @throws ErrnoException when nobody listens ({@code ENOENT}, {@code ECONNREFUSED}), the entry is too large
     *     ({@code EMSGSIZE}), or journald did not take it within five seconds ({@code EAGAIN})
     */
    public void send(byte[] entry) throws ErrnoException {
        UnixDatagram.send(address, entry, name);
    }
}
