package io.barkeeper.lab;

import java.time.Duration;

/**
 * How long the lab waits for one thing to come true: 120 s, or the seconds in {@code -Dlab.patience} on a machine that is slow
 * or shared. The time that a thing took is printed and never judged.
 */
final class Patience {
    static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("lab.patience", 120));

    private Patience() {}
}
