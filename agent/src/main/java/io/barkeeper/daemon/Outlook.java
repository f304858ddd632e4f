package io.barkeeper.daemon;

import io.barkeeper.control.PlanWish;
import io.barkeeper.control.View;
import io.barkeeper.control.Wishes;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.metrics.Instruments;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Arrivals;
import io.barkeeper.plan.Wish;
import io.barkeeper.policy.Movability;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What would fit into the empty slots of the machine as it was seen last, and which of the administrator's wishes for room
 * would not come true. Asking the kernel model takes too long for the thread that hears of hot-plug, so it is done by
 * another one, which leaves the planner warm for the device that comes; of several looks only the latest is worked on, and a machine that is as before not at all. For any thread.
 */
final class Outlook {

    /** Bytes of heap beyond which it is worth giving memory back: a daemon that does nothing needs half of it. */
    private static final long LARGE_HEAP = 24L << 20;

    private record Asked(Topology topology, Map<PciAddress, Movability> movability, List<Wish> wishes) {}

    private final Instruments instruments;
    private final Executor executor;
    private final AtomicReference<@Nullable View> waiting = new AtomicReference<>();
    private volatile List<String> unfulfilled = List.of();
    private @Nullable Asked last;

    /** @param executor runs one task at a time */
    Outlook(Instruments instruments, Executor executor) {
        this.instruments = instruments;
        this.executor = executor;
    }

    /** The machine was looked at; returns at once. */
    void seen(View view) {
        if (waiting.getAndSet(view) == null) {
            executor.execute(this::work);
        }
    }

    /** One sentence for each wish that would not come true, on the machine that was worked on last. */
    List<String> unfulfilled() {
        return unfulfilled;
    }

    private void work() {
        View view = waiting.getAndSet(null);
        if (view == null) {
            return;
        }
        Asked asked =
                new Asked(view.topology(), view.movability(), view.preferences().wishes());
        if (asked.equals(last)) {
            return;
        }
        instruments.slots(Arrivals.of(PlanWish.ANYTHING.on(view)));
        unfulfilled = Wishes.unfulfilled(view).stream().map(Trouble::why).toList();
        last = asked;
        giveBack();
    }

    /** What planning took is garbage now, and the collector only shrinks the heap when it goes through all of it. */
    private static void giveBack() {
        if (Runtime.getRuntime().totalMemory() > LARGE_HEAP) {
            System.gc();
        }
    }
}
