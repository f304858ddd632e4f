package io.barkeeper.transaction;

/** Hears of every step when it is over. Called on the transaction's thread; it must not block. */
@FunctionalInterface
public interface ProgressListener {

    ProgressListener NONE = step -> {};

    void step(StepReport step);
}
