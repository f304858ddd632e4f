package io.barkeeper.plan;

import io.barkeeper.kernel.KernelModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * First rounds of two, each played once: whoever a plan is for, a first round must leave everybody who works working, so it
 * does or does not do for all of them alike. For one question and one thread.
 */
final class FirstRounds {

    private final Goal harmless;
    private final KernelModel model;
    private final boolean configWritable;
    private final Map<ReleaseSet, Optional<First>> played = new HashMap<>();

    /**
     * A round after which the plan may stop for good.
     *
     * @param after the goal of {@link Goal#harmless} on the machine that it leaves
     */
    record First(Trial trial, Goal after) {}

    FirstRounds(PlanRequest request, Goal goal) {
        this.harmless = goal.harmless();
        this.model = request.model().quiet();
        this.configWritable = request.configWritable();
    }

    /** The round in which this set is released; empty when somebody would be worse off. */
    Optional<First> play(ReleaseSet set) {
        return played.computeIfAbsent(set, s -> {
            Trial trial = Trial.of(harmless, model, s, configWritable);
            return trial.failure().isPresent()
                    ? Optional.empty()
                    : Optional.of(new First(trial, harmless.from(trial.last())));
        });
    }
}
