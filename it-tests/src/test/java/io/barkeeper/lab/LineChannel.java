package io.barkeeper.lab;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Lines of text over one of QEMU's UNIX sockets. A thread reads all the time, so a wait for a line can end by its deadline. */
final class LineChannel implements Closeable {
    private final String what;
    private final SocketChannel channel;
    private final LinkedBlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    private LineChannel(String what, SocketChannel channel) {
        this.what = what;
        this.channel = channel;
    }

    /** Connects as soon as the socket listens, as long as the process behind it lives. */
    static LineChannel connect(String what, Path socket, Duration deadline, BooleanSupplier alive) {
        long end = System.nanoTime() + deadline.toNanos();
        IOException last = null;
        while (System.nanoTime() < end && alive.getAsBoolean()) {
            try {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                try {
                    channel.connect(UnixDomainSocketAddress.of(socket));
                    LineChannel connected = new LineChannel(what, channel);
                    Thread reader = new Thread(connected::readAll, "lab " + what);
                    reader.setDaemon(true);
                    reader.start();
                    return connected;
                } catch (IOException e) {
                    channel.close();
                    last = e;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (IOException e) {
                last = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new LabException("Cannot reach the " + what + " of the guest", last);
    }

    void send(String line) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new LabException("The " + what + " of the guest is gone", e);
        }
    }

    /** The next line, without its end. */
    String next(Duration deadline, String awaited) {
        return poll(deadline, awaited)
                .orElseThrow(() -> new LabException(
                        "No answer on the " + what + " within " + deadline.toSeconds() + " s: " + awaited));
    }

    /** The next line, without its end; empty when none came in this time. */
    Optional<String> poll(Duration time, String awaited) {
        try {
            Optional<String> line = lines.poll(time.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                return Optional.empty();
            }
            if (line.isEmpty()) {
                throw new LabException("The " + what + " was closed: " + awaited);
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("Interrupted: " + awaited, e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void readAll() {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    byte next = buffer.get();
                    if (next == '\n') {
                        lines.add(Optional.of(
                                line.toString(StandardCharsets.UTF_8).stripTrailing()));
                        line.reset();
                    } else {
                        line.write(next);
                    }
                }
            }
        } catch (IOException closed) {
            // The end of the guest; whoever waits is told below.
        }
        lines.add(Optional.empty());
    }
}
