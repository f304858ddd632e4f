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
    /** What proofs of ways back that fail may take, in sum; on a dense machine there are many that would otherwise do. */
    private static final long WORK_OF_PROOFS = 240_000;

    private static final long WORK_OF_PROOFS_OF_SEQUENCES = 60_000;
    /** What a trial costs however small the machine, in functions. */
    private static final int TRIAL = 16;

    private static final long WORK_OF_PORTS = 30_000;

    private static final int SEARCHES_OF_SEQUENCES = 16;

    private final int functions;
    private final double share;
    private final int leastTrials;
    private long left;
    private long leftForProofs;

    private Effort(int functions, double share, int leastTrials, long left, long leftForProofs) {
        this.functions = Math.max(1, functions);
        this.share = share;
        this.leastTrials = leastTrials;
        this.left = left;
        this.leftForProofs = leftForProofs;
    }

    /** All for one search. */
    static Effort whole(Topology machine) {
        return new Effort(machine.functions().size(), 1, LEAST_TRIALS, WORK, WORK_OF_PROOFS);
    }

    /** A quarter of what is left for each of several searches. */
    static Effort quarters(Topology machine) {
        return new Effort(machine.functions().size(), 1.0 / 4, LEAST_TRIALS_OF_SHARE, WORK, WORK_OF_PROOFS);
    }

    /** A small part of what is left for each of the second rounds that are searched. */
    static Effort ofSequences(Topology machine) {
        return new Effort(
                TRIAL + machine.functions().size(),
                1.0 / SEARCHES_OF_SEQUENCES,
                0,
                WORK_OF_SEQUENCES,
                WORK_OF_PROOFS_OF_SEQUENCES);
    }

    /** Little, for what nobody waits for. */
    static Effort ofPorts(Topology machine) {
        return new Effort(machine.functions().size(), 1, 0, WORK_OF_PORTS, WORK_OF_PORTS);
    }

    boolean isSpent() {
        return left < functions || !mayProve();
    }

    /** Whether another way back may be tried. */
    boolean mayProve() {
        return leftForProofs > 0;
    }

    /** A way back was not proven, and the model was asked so often for it. */
    void notProven(int plays) {
        leftForProofs -= (long) plays * functions;
    }

    /** Release sets that the next search may play; beyond that it may play {@link #leastTrials} landmarks. */
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
