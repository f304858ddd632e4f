package io.barkeeper.control;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;

/** Opens the sockets of the daemon: the control socket, and metrics over HTTP on a Unix socket and on TCP. */
public final class Listeners {

    /** sizeof(sun_path) without the NUL at its end. */
    private static final int LONGEST_PATH = 107;

    private final ConnectionServer server;
    private final Authorisation authorisation;

    public Listeners(ConnectionServer server, Authorisation authorisation) {
        this.server = server;
        this.authorisation = authorisation;
    }

    /** The control socket. Whoever calls this holds the lock of the runtime directory: a socket left there is stale. */
    public void control(Path path, Methods methods) throws IOException {
        server.listen(open(path), authorisation::peerOf, c -> new RpcDialogue(c, methods));
    }

    /** Metrics on a Unix socket. */
    public void metrics(Path path, String contentType, Supplier<String> page) throws IOException {
        server.listen(open(path), authorisation::peerOf, c -> new HttpDialogue(c, contentType, page));
    }

    /** Metrics on TCP, for anybody who can reach the address. */
    public void metrics(InetSocketAddress address, String contentType, Supplier<String> page) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            socket.bind(address);
            Peer anybody = new Peer("tcp", Access.READ, false);
            server.listen(socket, c -> anybody, c -> new HttpDialogue(c, contentType, page));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private ServerSocketChannel open(Path path) throws IOException {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_PATH) {
            throw new IOException("the path has " + length + " bytes, and that of a socket at most " + LONGEST_PATH);
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            removeStale(path);
        }
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.bind(UnixDomainSocketAddress.of(path));
            admitGroup(path);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static void removeStale(Path path) throws IOException {
        if (!Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("there is a file that is no socket");
        }
        Files.delete(path);
    }

    /** Who may connect is checked again for each connection, so the moment before this does no harm. */
    private void admitGroup(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
        if (authorisation.group().isPresent()) {
            try {
                Files.getFileAttributeView(path, PosixFileAttributeView.class)
                        .setGroup(authorisation.group().get());
            } catch (IOException e) {
                // Not root and not in the group: then only this user connects.
                return;
            }
        }
    }
}
