package io.barkeeper.conformance;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.Doubt;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.kernel.Prediction;
import java.util.List;

/**
 * What came of holding the model against a triple.
 *
 * @param difference the first resource or bus number that differs, predicted and real; empty text when none does
 * @param registers the same for registers
 * @param doubts what the model said that it cannot know; such a triple is not exact, whatever it predicts
 */
record Verdict(String difference, String registers, List<Doubt> doubts) {
    boolean isExact() {
        return difference.isEmpty() && doubts.isEmpty();
    }

    /** Asks the model. An exception of the model is a miss. */
    static Verdict on(Triple triple) {
        try {
            Prediction prediction =
                    KernelModels.forKernel(triple.before().kernel()).apply(triple.before(), action(triple));
            Observed predicted = Observed.predicted(prediction.after());
            return new Verdict(
                    triple.after().firstDifference(predicted),
                    triple.after().firstRegisterDifference(predicted),
                    prediction.doubts());
        } catch (IllegalArgumentException | IllegalStateException | NullPointerException e) {
            return new Verdict("the model failed: " + e, "", List.of());
        }
    }

    private static Action action(Triple triple) {
        String text = triple.action();
        return text.endsWith("@")
                ? ActionParser.parse(text + "plugged", file -> triple.plugged())
                : ActionParser.parse(text);
    }
}
