package io.barkeeper.control;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * JSON-RPC 2.0, one message a line, one request at a time: the next line is looked at when the one before has been
 * answered. A line is at most 1 MiB and complete within ten seconds.
 */
final class RpcDialogue implements Dialogue {

    static final int LONGEST_LINE = 1 << 20;
    private static final Duration HALF_A_LINE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_REQUESTS = Duration.ofMinutes(5);
    private static final Duration FOR_EVER = Duration.ofSeconds(-1);

    private final Connection connection;
    private final Methods methods;
    private final LineBuffer pending = new LineBuffer();
    private @Nullable Call current;
    private boolean over;

    RpcDialogue(Connection connection, Methods methods) {
        this.connection = connection;
        this.methods = methods;
    }

    @Override
    public synchronized void received(ByteBuffer bytes) {
        if (over) {
            return;
        }
        pending.append(bytes);
        if (pending.size() > LONGEST_LINE) {
            over = true;
            Message.sendError(
                    connection,
                    null,
                    Message.INVALID_REQUEST,
                    new Refusal("BK-LINE", Refusal.USAGE, "a line of more than 1 MiB", "send one request a line"));
            connection.finish();
            return;
        }
        next();
    }

    /** Begins with the next line when there is one and nothing is being answered. */
    private void next() {
        while (current == null && !over) {
            Optional<String> line = pending.next();
            if (line.isEmpty()) {
                return;
            }
            if (!line.get().isBlank()) {
                begin(line.get());
            }
        }
    }

    private void begin(String line) {
        Call call = new Call(connection, this::answered);
        current = call;
        try {
            methods.executor().execute(() -> methods.take(line, call));
        } catch (RejectedExecutionException e) {
            call.fail(
                    new Refusal("BK-BUSY", Refusal.UNEXPECTED, "the daemon is going down or overloaded", "try again"));
        }
    }

    private synchronized void answered() {
        current = null;
        next();
    }

    @Override
    public synchronized Duration patience() {
        if (current != null) {
            return FOR_EVER;
        }
        return pending.size() > 0 ? HALF_A_LINE : BETWEEN_REQUESTS;
    }

    @Override
    public synchronized void closed() {
        over = true;
        if (current != null) {
            current.abandoned();
        }
    }
}
