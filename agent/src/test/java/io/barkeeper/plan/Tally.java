package io.barkeeper.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Sums over seeds, from any thread. */
final class Tally {

    final AtomicInteger quiet = new AtomicInteger();
    final AtomicInteger feasible = new AtomicInteger();
    final AtomicInteger partly = new AtomicInteger();
    final AtomicInteger inTwo = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger infeasible = new AtomicInteger();
    final AtomicInteger nothing = new AtomicInteger();
    final AtomicLong played = new AtomicLong();
    private final AtomicLong functions = new AtomicLong();
    private final AtomicInteger largest = new AtomicInteger();
    final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    void count(PlanResult result) {
        if (result instanceof PlanResult.Feasible found) {
            feasible.incrementAndGet();
            partly.addAndGet(found.plan().leftOut().isEmpty() ? 0 : 1);
        } else if (result instanceof PlanResult.Refused) {
            refused.incrementAndGet();
        } else if (result instanceof PlanResult.Infeasible) {
            infeasible.incrementAndGet();
        } else {
            nothing.incrementAndGet();
        }
    }

    void functions(int count) {
        functions.addAndGet(count);
        largest.accumulateAndGet(count, Math::max);
    }

    /** In words: how large the machines were. */
    String sizes() {
        return "up to " + largest + " functions, " + functions.get() / Math.max(1, machines()) + " on average";
    }

    /** Machines on which something was wrong. */
    int machines() {
        return feasible.get() + refused.get() + infeasible.get() + nothing.get();
    }

    @Override
    public String toString() {
        return machines() + " machines in trouble: " + feasible + " feasible (" + partly
                + " of them for some of the newcomers), " + refused + " refused, " + infeasible + " infeasible, "
                + nothing + " nothing to do";
    }
}
