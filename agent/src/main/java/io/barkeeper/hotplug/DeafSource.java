package io.barkeeper.hotplug;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Hears nothing of a kernel: for a captured tree, and for the simulated machine, whose events are {@link #say said} here. */
public final class DeafSource implements HotplugSource {

    private final LinkedBlockingQueue<Heard> queue = new LinkedBlockingQueue<>();

    /** Something to be heard, from any thread. */
    public void say(Heard heard) {
        queue.add(heard);
    }

    @Override
    public Heard listen(Duration timeout) throws InterruptedIOException {
        try {
            Heard heard = queue.poll(Math.max(timeout.toMillis(), 0), TimeUnit.MILLISECONDS);
            return heard == null ? new Heard.Nothing() : heard;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while listening");
        }
    }

    @Override
    public void wake() {
        queue.add(new Heard.Nothing());
    }

    @Override
    public void close() {
        wake();
    }
}
