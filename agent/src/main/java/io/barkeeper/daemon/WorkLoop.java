package io.barkeeper.daemon;

import io.barkeeper.hotplug.Heard;
import io.barkeeper.hotplug.HotplugSource;
import io.barkeeper.hotplug.Settling;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that looks at the machine and changes it: it listens for uevents, waits until a burst is over, and does
 * the jobs that others submit, one after the other.
 */
final class WorkLoop implements Draining {

    private static final Logger LOG = LoggerFactory.getLogger(WorkLoop.class);

    /** What the loop does. Called on its thread. */
    interface Work {
        /** Takes note; true when it may have changed the machine. */
        boolean heard(Heard heard);

        /** A burst is over. */
        void settled();
    }

    private final HotplugSource source;
    private final Work work;
    private final Heartbeat heartbeat;
    private final LongSupplier micros;
    private final Queue<Runnable> jobs = new ConcurrentLinkedQueue<>();
    private volatile Settling settling;
    private volatile boolean stopping;

    WorkLoop(HotplugSource source, Work work, Heartbeat heartbeat, Settling settling, LongSupplier micros) {
        this.source = source;
        this.work = work;
        this.heartbeat = heartbeat;
        this.settling = settling;
        this.micros = micros;
    }

    /** Does this on the loop's thread, soon. */
    void submit(Runnable job) {
        jobs.add(job);
        source.wake();
    }

    /** Ends {@link #run} when what is being done is done. */
    void stop() {
        stopping = true;
        source.wake();
    }

    /** From now on a burst is waited for so long; on the loop's thread. */
    void settle(Settling times) {
        settling = settling.due().isPresent() ? times.heard(micros.getAsLong()) : times;
    }

    boolean isSettling() {
        return settling.due().isPresent();
    }

    /** Returns when it was stopped, or when no uevents come any more. */
    void run() throws IOException {
        while (!stopping) {
            beat();
            take(source.listen(timeout()));
            Runnable job = jobs.poll();
            while (job != null) {
                attempt(job);
                job = jobs.poll();
            }
            if (isOver()) {
                settling = settling.over();
                attempt(work::settled);
            }
        }
    }

    /**
     * Whether the burst is over. What waits unheard belongs to it: this thread may have been held up, by a job or by the
     * scheduler, for longer than the quiet time. Only a storm that has lasted its longest is not listened to first.
     */
    private boolean isOver() throws IOException {
        while (settling.isDue(micros.getAsLong()) && !settling.isLongest(micros.getAsLong())) {
            Heard waiting = source.listen(Duration.ZERO);
            if (waiting instanceof Heard.Nothing) {
                return true;
            }
            take(waiting);
        }
        return settling.isDue(micros.getAsLong());
    }

    @Override
    public void forgetOwn() {
        hear();
        settling = settling.over();
    }

    /** Takes note of what was heard so far, on the loop's thread, between two steps of its own work. */
    void hear() {
        try {
            Heard heard = source.listen(Duration.ZERO);
            while (!(heard instanceof Heard.Nothing)) {
                work.heard(heard);
                heard = source.listen(Duration.ZERO);
            }
        } catch (IOException e) {
            LOG.warn("BK-UEVENTS: {}", e.getMessage());
        }
    }

    @Override
    public void again() {
        settling = settling.heard(micros.getAsLong());
    }

    private void take(Heard heard) {
        if (work.heard(heard)) {
            settling = settling.heard(micros.getAsLong());
        }
    }

    private Duration timeout() {
        Duration period = heartbeat.period();
        if (!jobs.isEmpty() || stopping) {
            return Duration.ZERO;
        }
        if (settling.due().isEmpty()) {
            return period;
        }
        Duration untilDue = Duration.ofNanos(Math.max(settling.due().getAsLong() - micros.getAsLong(), 0) * 1000);
        return untilDue.compareTo(period) < 0 ? untilDue : period;
    }

    /** Each piece of work has its own time, whatever waited behind it. */
    private void beat() {
        heartbeat.beat(Heartbeat.USUAL.plus(heartbeat.period()));
    }

    /** A mistake in one piece of work must not end the watch over the machine. */
    private void attempt(Runnable work) {
        beat();
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("BK-INTERNAL: this is a mistake in barkeeperd, please report it", e);
        }
    }
}
