package io.barkeeper.daemon;

import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.NotifySocket;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that the work loop is alive, and only while it is: the loop says when it was last seen and
 * how long its next step may take; when that time has passed, nothing more is sent and the manager restarts the daemon.
 */
final class Heartbeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    /** How long the loop may be silent when it is not in a transaction: a look and a plan take seconds at worst. */
    static final Duration USUAL = Duration.ofSeconds(60);

    private final Signal manager;
    private final Optional<Duration> interval;
    private final LongSupplier micros;
    private final Thread thread;
    private volatile long silentUntil;
    private volatile boolean stopping;
    private boolean complained;

    /** A sign of life to the service manager. */
    interface Signal {
        void send() throws ErrnoException;
    }

    /** @param micros a monotonic clock, microseconds */
    Heartbeat(NotifySocket manager, LongSupplier micros) {
        this(manager::watchdog, manager.watchdogInterval(), micros);
    }

    /** @param interval how often the manager wants to hear a signal at least; empty when it does not watch this process */
    Heartbeat(Signal manager, Optional<Duration> interval, LongSupplier micros) {
        this.manager = manager;
        this.interval = interval;
        this.micros = micros;
        this.thread = new Thread(this::run, "watchdog");
        thread.setDaemon(true);
        beat(USUAL);
    }

    /** Starts where the manager watches this process. */
    void start() {
        if (interval.isPresent()) {
            thread.start();
        }
    }

    /** How often the loop should beat; empty when nobody listens. */
    Duration period() {
        return interval.map(i -> i.dividedBy(2)).orElse(Duration.ofDays(1));
    }

    /** The loop is alive, and may be silent for so long from now. */
    void beat(Duration patience) {
        silentUntil = micros.getAsLong() + patience.toNanos() / 1000;
    }

    boolean isAlive() {
        return micros.getAsLong() <= silentUntil;
    }

    private synchronized void run() {
        long period = Math.max(period().toMillis(), 1);
        try {
            while (!stopping) {
                signal();
                wait(period);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One sign of life, where there is life. A manager that does not take it may take the next one. */
    void signal() {
        if (!isAlive()) {
            LOG.error("BK-STUCK: the work loop has been silent for too long");
            return;
        }
        try {
            manager.send();
            complained = false;
        } catch (ErrnoException e) {
            if (!complained) {
                LOG.warn("BK-NOTIFY: the service manager cannot be told: {}", e.getMessage());
            }
            complained = true;
        }
    }

    @Override
    public synchronized void close() {
        stopping = true;
        notifyAll();
    }
}
