package io.barkeeper.plan;

import io.barkeeper.pci.Topology;

/**
 * How much one question may still cost. What is counted is functions played on the model, in sum over all trials: on a large
 * machine each trial takes longer. A search may use a share of what is left, and what it does not use is there for the next,
 * so the most important device is tried hardest.
 */
final class Effort {

    private static final long WORK = 120_000;
    private static final int LEAST_TRIALS = 60;
    private static final int LEAST_TRIALS_OF_SHARE = 40;
    private static final int MOST_WISHES = 40;
    private static final int LEAST_WISHES = 3;

    private static final long WORK_OF_SEQUENCES = 60_000;
    /** What a trial costs however small the machine, in functions. */
    private static final int TRIAL = 16;

    private static final int SEARCHES_OF_SEQUENCES = 16;

    private final int functions;
    private final double share;
    private final int leastTrials;
    private long left;

    private Effort(int functions, double share, int leastTrials, long left) {
        this.functions = Math.max(1, functions);
        this.share = share;
        this.leastTrials = leastTrials;
        this.left = left;
    }

    /** All for one search. */
    static Effort whole(Topology machine) {
        return new Effort(machine.functions().size(), 1, LEAST_TRIALS, WORK);
    }

    /** A quarter of what is left for each of several searches. */
    static Effort quarters(Topology machine) {
        return new Effort(machine.functions().size(), 1.0 / 4, LEAST_TRIALS_OF_SHARE, WORK);
    }

    /** A small part of what is left for each of the second rounds that are searched. */
    static Effort ofSequences(Topology machine) {
        return new Effort(TRIAL + machine.functions().size(), 1.0 / SEARCHES_OF_SEQUENCES, 0, WORK_OF_SEQUENCES);
    }

    boolean isSpent() {
        return left < functions;
    }

    /** Release sets that the next search may play, and the widest ones that it may play beyond that. */
    int trials() {
        return (int) Math.max(leastTrials, share * left / functions);
    }

    int leastTrials() {
        return leastTrials;
    }

    /** Release sets that may be played as if nobody were busy. */
    int wishes() {
        return Math.max(LEAST_WISHES, (int) (share * MOST_WISHES * left / WORK));
    }

    void played() {
        left = Math.max(0, left - functions);
    }
}
