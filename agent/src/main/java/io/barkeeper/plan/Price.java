package io.barkeeper.plan;

/**
 * What counts when two ways are compared: first the disturbance, then the number of steps.
 *
 * @param disturbance sum of the weights of the functions that work now and are taken out
 * @param steps number of actions
 */
record Price(long disturbance, int steps) implements Comparable<Price> {

    /** No way costs as much. */
    static final Price MOST = new Price(Long.MAX_VALUE, Integer.MAX_VALUE);

    static Price of(Plan plan) {
        long disturbance =
                plan.disturbs().stream().mapToLong(Plan.Disturbance::cost).sum();
        return new Price(disturbance, plan.actions().size());
    }

    Price plus(Price other) {
        return new Price(disturbance + other.disturbance, steps + other.steps);
    }

    /** What is left of this after another was paid; the number of steps may fall below 0. */
    Price minus(Price other) {
        return new Price(disturbance - other.disturbance, steps - other.steps);
    }

    @Override
    public int compareTo(Price other) {
        return disturbance == other.disturbance
                ? Integer.compare(steps, other.steps)
                : Long.compare(disturbance, other.disturbance);
    }
}
