package io.barkeeper.transaction;

import java.time.Clock;
import java.time.Instant;

/** Time: of day for the journal, and a steady one for durations. */
interface Ticker {

    Ticker SYSTEM = new Ticker() {
        @Override
        public long epochMicros() {
            Instant now = Clock.systemUTC().instant();
            return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        }

        @Override
        public long steadyMicros() {
            return System.nanoTime() / 1_000;
        }
    };

    /** Microseconds since 1970. */
    long epochMicros();

    /** Microseconds since some moment; never runs backwards. */
    long steadyMicros();
}
