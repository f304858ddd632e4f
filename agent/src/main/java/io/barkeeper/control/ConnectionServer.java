package io.barkeeper.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that serves many connections on several listening sockets and never waits for a peer. No peer can harm
 * another: each user has a bounded share of a bounded number of connections, what a peer sends or does not read is
 * bounded, and who is silent in the middle of something is disconnected.
 */
public final class ConnectionServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionServer.class);

    private static final int MOST_CONNECTIONS = 64;
    private static final int MOST_FOR_ONE_USER = 16;

    /** How long a peer may leave what it asked for unread. */
    private static final Duration UNREAD = Duration.ofSeconds(30);

    /** Tells who is at the other end. */
    interface Identification {
        Peer peerOf(SocketChannel channel) throws IOException;
    }

    /** A listening socket and what is spoken there. */
    private record Door(ServerSocketChannel socket, Identification identification, Dialogue.Opening opening) {}

    /** A connection and what is spoken on it. */
    private record Talk(Connection connection, Dialogue dialogue) {}

    private final Selector selector;
    private final LongSupplier micros;
    private final Thread thread;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    private volatile boolean stopping;

    /** @param micros a monotonic clock, microseconds */
    public ConnectionServer(LongSupplier micros) throws IOException {
        this.selector = Selector.open();
        this.micros = micros;
        this.thread = new Thread(this::run, "connections");
        thread.setDaemon(true);
    }

    /** Adds a listening socket; before {@link #start}. The server closes it. */
    void listen(ServerSocketChannel socket, Identification identification, Dialogue.Opening opening)
            throws IOException {
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_ACCEPT, new Door(socket, identification, opening));
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        stopping = true;
        selector.wakeup();
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                selector.select(untilNextDeadline());
                long now = micros.getAsLong();
                for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
                    selector.selectedKeys().remove(key);
                    serve(key, now);
                }
                lookAfter(now);
            }
        } catch (IOException | ClosedSelectorException e) {
            LOG.error("BK-CONTROL: nobody is served on the sockets any more: {}", e.getMessage());
        } finally {
            closeAll();
        }
    }

    private void serve(SelectionKey key, long now) {
        if (!key.isValid()) {
            return;
        }
        if (key.attachment() instanceof Door door) {
            accept(door, now);
        } else if (key.attachment() instanceof Talk talk) {
            exchange(key, talk, now);
        }
    }

    private void accept(Door door, long now) {
        try {
            SocketChannel channel = door.socket().accept();
            if (channel != null) {
                admit(door, channel, now);
            }
        } catch (IOException e) {
            LOG.warn("BK-CONTROL: a connection could not be accepted: {}", e.getMessage());
        }
    }

    private void admit(Door door, SocketChannel channel, long now) throws IOException {
        try {
            Peer peer = door.identification().peerOf(channel);
            if (peer.access() == Access.NONE || !hasRoomFor(peer)) {
                channel.close();
                return;
            }
            channel.configureBlocking(false);
            Connection connection = new Connection(channel, peer, selector::wakeup, now);
            channel.register(
                    selector,
                    SelectionKey.OP_READ,
                    new Talk(connection, door.opening().open(connection)));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The privileged are counted apart, so that nobody else can lock them out. */
    private boolean hasRoomFor(Peer peer) {
        List<Peer> peers = talks().stream().map(t -> t.connection().peer()).toList();
        if (peer.privileged()) {
            return peers.stream().filter(Peer::privileged).count() < MOST_CONNECTIONS;
        }
        return peers.stream().filter(p -> !p.privileged()).count() < MOST_CONNECTIONS
                && peers.stream().filter(p -> p.user().equals(peer.user())).count() < MOST_FOR_ONE_USER;
    }

    private void exchange(SelectionKey key, Talk talk, long now) {
        try {
            if (key.isReadable()) {
                buffer.clear();
                boolean more = talk.connection().read(buffer, now);
                buffer.flip();
                talk.dialogue().received(buffer);
                if (!more) {
                    drop(key, talk);
                    return;
                }
            }
            if (key.isWritable()) {
                talk.connection().write(now);
            }
        } catch (IOException | RuntimeException e) {
            drop(key, talk);
        }
    }

    /** Sends what others queued, ends what is over, and what took too long. */
    private void lookAfter(long now) {
        for (SelectionKey key : new ArrayList<>(selector.keys())) {
            if (key.isValid() && key.attachment() instanceof Talk talk) {
                talk.connection().look(now);
                if (talk.connection().isFinished() || isOverdue(talk, now)) {
                    drop(key, talk);
                } else {
                    key.interestOps(talk.connection().interest());
                }
            }
        }
    }

    private static boolean isOverdue(Talk talk, long now) {
        long deadline = deadline(talk);
        return deadline >= 0 && now >= deadline;
    }

    /** Microseconds; negative for never. */
    private static long deadline(Talk talk) {
        long unread = talk.connection().unreadSince();
        if (unread >= 0) {
            return unread + UNREAD.toNanos() / 1000;
        }
        Duration patience = talk.dialogue().patience();
        return patience.isNegative() ? -1 : talk.connection().movedAt() + patience.toNanos() / 1000;
    }

    /** Milliseconds; 0 for as long as nothing happens. */
    private long untilNextDeadline() {
        long next = talks().stream()
                .mapToLong(ConnectionServer::deadline)
                .filter(d -> d >= 0)
                .min()
                .orElse(-1);
        return next < 0 ? 0 : Math.max((next - micros.getAsLong()) / 1000 + 1, 1);
    }

    private List<Talk> talks() {
        return selector.keys().stream()
                .filter(k -> k.isValid() && k.attachment() instanceof Talk)
                .map(k -> (Talk) k.attachment())
                .toList();
    }

    private static void drop(SelectionKey key, Talk talk) {
        key.cancel();
        talk.connection().close();
        talk.dialogue().closed();
    }

    private void closeAll() {
        for (SelectionKey key : new ArrayList<>(selector.keys())) {
            try {
                if (key.attachment() instanceof Talk talk) {
                    talk.connection().write(micros.getAsLong());
                    drop(key, talk);
                } else {
                    key.channel().close();
                }
            } catch (IOException e) {
                key.cancel();
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.debug("closing the selector: {}", e.getMessage());
        }
    }
}
