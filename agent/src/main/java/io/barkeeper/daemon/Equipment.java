package io.barkeeper.daemon;

import io.barkeeper.metrics.Instruments;
import java.util.function.LongSupplier;

/**
 * What every part of the daemon tells things to.
 *
 * @param micros the monotonic clock, microseconds
 */
record Equipment(Instruments instruments, Followers followers, Heartbeat heartbeat, LongSupplier micros) {}
