package io.barkeeper.machine.sysfs;

import java.time.Duration;

/**
 * How long a step may take before it counts as stuck or failed.
 *
 * @param write one write to an attribute or register, {@code unbind}, {@code bind} and {@code remove} included
 * @param rescan a rescan, with all the driver probes in it
 * @param await until drivers, disks and interfaces are there
 * @param poll between two looks while waiting
 */
public record Deadlines(Duration write, Duration rescan, Duration await, Duration poll) {

    /** A driver may take long to let go or to probe; a healthy one does not take a minute. */
    public static final Deadlines DEFAULT = new Deadlines(
            Duration.ofSeconds(60), Duration.ofSeconds(120), Duration.ofSeconds(30), Duration.ofMillis(20));
}
