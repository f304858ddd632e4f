package io.barkeeper.daemon;

import io.barkeeper.control.View;
import io.barkeeper.diagnosis.Trouble;
import java.time.Instant;
import java.util.List;

/**
 * The last look at the machine and what came of it. Immutable, so that any thread may answer from it.
 *
 * @param view what was seen
 * @param troubles what is wrong
 * @param at when it was seen
 * @param atMicros the same on the monotonic clock, microseconds
 */
record Situation(View view, List<Trouble> troubles, Instant at, long atMicros) {

    Situation {
        troubles = List.copyOf(troubles);
    }

    boolean hasHarm() {
        return troubles.stream().anyMatch(Trouble::isHarm);
    }
}
