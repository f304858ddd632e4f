package io.barkeeper.journal;

import java.util.List;
import java.util.Map;

/** One record of a transaction's journal. Times are microseconds since 1970. */
public sealed interface Entry {

    /**
     * The first record: what is going to be done.
     *
     * @param transaction the transaction's number, unique in this journal
     * @param plan the plan's id
     * @param bootId of the kernel that runs
     * @param kernel its release
     * @param newcomers the functions that are to get resources
     * @param leftOut functions that did not work either, and for which the plan does nothing
     * @param steps the actions of all rounds, as {@code barkeeper simulate} takes them
     * @param fallbacks for each round, the actions of its proven way back
     */
    record Intent(
            String transaction,
            String plan,
            String bootId,
            String kernel,
            long at,
            List<String> newcomers,
            List<String> leftOut,
            List<String> steps,
            List<List<String>> fallbacks)
            implements Entry {
        public Intent {
            newcomers = List.copyOf(newcomers);
            leftOut = List.copyOf(leftOut);
            steps = List.copyOf(steps);
            fallbacks = fallbacks.stream().map(List::copyOf).toList();
        }

        /** The way back of a round, from 0; of the last one where there are fewer. */
        public List<String> fallback(int round) {
            return fallbacks.isEmpty() ? List.of() : fallbacks.get(Math.min(round, fallbacks.size() - 1));
        }
    }

    /**
     * The machine before the first write.
     *
     * @param functions every function, the released ones marked
     * @param settings attributes below {@code /sys/bus/pci} of the released functions and of the bridges above them
     */
    record PreImage(List<PriorFunction> functions, Map<String, String> settings) implements Entry {
        public PreImage {
            functions = List.copyOf(functions);
            settings = Map.copyOf(settings);
        }
    }

    /** On disk before the effect is begun. Numbers count from 1. */
    record Before(int number, String effect, String phase, long at) implements Entry {}

    /**
     * What came of it.
     *
     * @param outcome {@code done}, {@code failed}, {@code vetoed} or {@code stuck}
     * @param detail what was read back, or why not
     */
    record After(int number, String outcome, String detail, long at) implements Entry {}

    /** Something that a reader should know. */
    record Note(String text, long at) implements Entry {}

    /**
     * The last record.
     *
     * @param outcome {@code done}, {@code rolled_back}, {@code failed}, {@code wedged}, {@code refused} or, for one that
     *     another boot left behind, {@code abandoned}
     */
    record End(String outcome, String message, long at) implements Entry {}
}
