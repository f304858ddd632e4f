package io.barkeeper.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One accepted connection: what waits to be sent, and when its peer was last heard. Sending is for any thread; all else
 * is the server thread's.
 */
final class Connection {

    private final SocketChannel channel;
    private final Peer peer;
    private final Runnable wake;
    private final Deque<ByteBuffer> outbox = new ArrayDeque<>();
    private long queued;
    private boolean last;
    private volatile boolean closed;

    /** Microseconds; the last time that bytes moved in either direction. */
    private long movedAt;

    /** Microseconds; since when something waits that the peer does not take, negative while nothing does. */
    private long unreadSince = -1;

    Connection(SocketChannel channel, Peer peer, Runnable wake, long now) {
        this.channel = channel;
        this.peer = peer;
        this.wake = wake;
        this.movedAt = now;
    }

    Peer peer() {
        return peer;
    }

    boolean isOpen() {
        return !closed;
    }

    /**
     * Queues bytes. A peer that does not read what it asked for is disconnected.
     *
     * @param most bytes that may wait; with more the connection is given up
     */
    void send(byte[] bytes, long most) {
        synchronized (outbox) {
            if (closed || last) {
                return;
            }
            if (queued + bytes.length > most) {
                outbox.clear();
                last = true;
            } else {
                outbox.add(ByteBuffer.wrap(bytes));
                queued += bytes.length;
            }
        }
        wake.run();
    }

    /** Closes when everything queued was sent. */
    void finish() {
        synchronized (outbox) {
            last = true;
        }
        wake.run();
    }

    long movedAt() {
        return movedAt;
    }

    /** Microseconds; since when the peer leaves unread what was queued, negative while nothing is. */
    long unreadSince() {
        return unreadSince;
    }

    /**
     * Notes what others queued. How long an answer took to make is not the peer's fault: its time begins when there is
     * something to read.
     */
    void look(long now) {
        if (!hasOutput()) {
            unreadSince = -1;
        } else if (unreadSince < 0) {
            unreadSince = now;
        }
    }

    void moved(long now) {
        movedAt = now;
    }

    /** Reads what is there into the buffer; false at the end of the stream. */
    boolean read(ByteBuffer into, long now) throws IOException {
        int count = channel.read(into);
        if (count > 0) {
            movedAt = now;
        }
        return count >= 0;
    }

    /** Sends what the peer takes. */
    void write(long now) throws IOException {
        synchronized (outbox) {
            while (!outbox.isEmpty()) {
                ByteBuffer first = outbox.getFirst();
                int count = channel.write(first);
                queued -= count;
                if (count > 0) {
                    movedAt = now;
                    unreadSince = -1;
                }
                if (first.hasRemaining()) {
                    return;
                }
                outbox.removeFirst();
            }
        }
    }

    boolean hasOutput() {
        synchronized (outbox) {
            return !outbox.isEmpty();
        }
    }

    boolean isFinished() {
        synchronized (outbox) {
            return last && outbox.isEmpty();
        }
    }

    int interest() {
        return SelectionKey.OP_READ | (hasOutput() ? SelectionKey.OP_WRITE : 0);
    }

    void close() {
        closed = true;
        synchronized (outbox) {
            outbox.clear();
            queued = 0;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing of it can be used any more either way.
            return;
        }
    }
}
