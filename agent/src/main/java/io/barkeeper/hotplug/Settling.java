package io.barkeeper.hotplug;

import java.util.OptionalLong;

/**
 * Waits until a burst of uevents is over: until nothing was heard for a while, but not for ever. Immutable; the clock is
 * the caller's, in microseconds from any origin.
 *
 * <p>Quiet does not prove that nothing is under way. In the second between "Card present" and the configuration of a
 * device (pciehp_ist waits for the link without a uevent) a slot is silent. Whoever removes a bridge stops the slot's
 * interrupt thread first; settling only spares needless looks.
 *
 * @param quietMicros how long nothing must be heard
 * @param longestMicros how long a burst is waited for at most, counted from its first uevent
 * @param first when the burst began; empty when there is none
 * @param last when its latest uevent was heard; empty when there is none
 */
public record Settling(long quietMicros, long longestMicros, OptionalLong first, OptionalLong last) {

    public static final long DEFAULT_QUIET_MICROS = 500_000;
    public static final long DEFAULT_LONGEST_MICROS = 5_000_000;

    public Settling {
        if (quietMicros < 0 || longestMicros < quietMicros) {
            throw new IllegalArgumentException(
                    "cannot settle for " + quietMicros + " us within " + longestMicros + " us");
        }
    }

    /** Nothing heard yet. */
    public static Settling of(long quietMicros, long longestMicros) {
        return new Settling(quietMicros, longestMicros, OptionalLong.empty(), OptionalLong.empty());
    }

    /** Something was heard at {@code now}. */
    public Settling heard(long now) {
        return new Settling(quietMicros, longestMicros, OptionalLong.of(first.orElse(now)), OptionalLong.of(now));
    }

    /** When the burst counts as over if nothing more is heard; empty when nothing was heard. */
    public OptionalLong due() {
        if (first.isEmpty() || last.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.min(last.getAsLong() + quietMicros, first.getAsLong() + longestMicros));
    }

    public boolean isDue(long now) {
        OptionalLong due = due();
        return due.isPresent() && now >= due.getAsLong();
    }

    /** Whether the burst has lasted so long that it is not waited for any more, quiet or not. */
    public boolean isLongest(long now) {
        return first.isPresent() && now >= first.getAsLong() + longestMicros;
    }

    /** The burst is dealt with. */
    public Settling over() {
        return of(quietMicros, longestMicros);
    }
}
