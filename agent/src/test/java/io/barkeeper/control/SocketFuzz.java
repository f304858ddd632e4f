package io.barkeeper.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Hostile clients of a control socket. After each of them, somebody who behaves must get an answer.
 */
public final class SocketFuzz {

    private static final List<String> SEEDS = List.of(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{}}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"plan\",\"params\":{\"for\":[\"0000:03:00.0\"]}}",
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"simulate\",\"params\":{\"actions\":[\"remove:0000:03:00.0\"]}}",
            "{\"jsonrpc\":\"2.0\",\"id\":1e400,\"method\":\"mode\",\"params\":{\"mode\":7}}",
            "{\"jsonrpc\":\"2.0\",\"method\":\"pin\",\"params\":[1,2,{\"address\":{}}]}",
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"history\",\"params\":{\"id\":\"../../x\"}}",
            "GET /metrics HTTP/1.1\r\n\r");

    /** Breaches, each with its seed. */
    public final List<String> failures = new ArrayList<>();

    private final Path socket;
    private final String probe;

    /** @param probe a method that answers at once */
    public SocketFuzz(Path socket, String probe) {
        this.socket = socket;
        this.probe = probe;
    }

    /** One client with damaged lines, which leaves without a word. */
    public void play(long seed) {
        Random random = new Random(seed);
        try (SocketChannel channel = open()) {
            for (int i = random.nextInt(5); i >= 0; i--) {
                write(channel, line(random), random.nextInt(10) > 0);
            }
        } catch (IOException e) {
            // It may close the door on such a client.
            behaves("seed " + seed);
            return;
        }
        behaves("seed " + seed);
    }

    private static byte[] line(Random random) {
        StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        for (int i = random.nextInt(6); i > 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, (char) random.nextInt(0x300));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
                case 2 -> text.insert(at, "{[".repeat(1 + random.nextInt(2000)));
                case 3 -> text.insert(at, text.substring(at));
                default -> text.insert(at, "\n");
            }
        }
        return text.toString().getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    /** A line without an end, of so many bytes; it may be cut off at any of them. */
    public void endlessLine(long bytes) {
        ByteBuffer block = ByteBuffer.wrap("a".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII));
        try (SocketChannel channel = open()) {
            for (long sent = 0; sent < bytes; sent += block.limit()) {
                block.rewind();
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
        } catch (IOException e) {
            behaves("a line of " + bytes + " bytes, which was cut off");
            return;
        }
        behaves("a line of " + bytes + " bytes");
    }

    /** Many connections that say half a line and wait. */
    public void crowd(int connections) {
        List<SocketChannel> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = open();
                crowd.add(channel);
                write(channel, "{\"jsonrpc\":".getBytes(StandardCharsets.US_ASCII), false);
            }
        } catch (IOException e) {
            // A limit was reached: those within it are what is asked about.
        }
        for (SocketChannel channel : crowd) {
            try {
                channel.close();
            } catch (IOException e) {
                failures.add("a connection could not be closed: " + e.getMessage());
            }
        }
        behaves(crowd.size() + " connections");
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    private static void write(SocketChannel channel, byte[] line, boolean ended) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(line.length + 1).put(line);
        if (ended) {
            bytes.put((byte) '\n');
        }
        bytes.flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void behaves(String after) {
        try (TestClient client = TestClient.connect(socket)) {
            if (!client.call(probe, "{}").has("result")) {
                failures.add("after " + after + " an honest client got an error");
            }
        } catch (IOException e) {
            failures.add("after " + after + " an honest client got no answer: " + e.getMessage());
        }
    }
}
