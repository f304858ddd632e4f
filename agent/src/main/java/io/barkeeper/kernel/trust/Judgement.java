package io.barkeeper.kernel.trust;

import io.barkeeper.kernel.Doubt;
import java.util.List;

/** What came of holding the model against what the kernel did by itself. */
public sealed interface Judgement {

    /** Nothing that concerns the model has changed. */
    record Nothing() implements Judgement {}

    /** Every resource of every function and every bus number is as predicted. */
    record Hit(List<Step> steps) implements Judgement {}

    /**
     * The kernel did something else.
     *
     * @param difference the first one, predicted and real
     */
    record Miss(List<Step> steps, String difference) implements Judgement {}

    /** The model says itself that it cannot know; whatever came is neither for nor against it. */
    record Uncertain(List<Step> steps, Doubt doubt) implements Judgement {}

    /**
     * What happened is not known well enough to blame or to praise the model.
     *
     * @param why one sentence without a full stop
     */
    record NotJudged(String why) implements Judgement {}
}
