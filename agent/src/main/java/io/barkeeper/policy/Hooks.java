package io.barkeeper.policy;

import java.util.List;

/**
 * Commands of an administrator around the moment in which a device is taken out: words, of which the first is the
 * program; an empty list is no command.
 *
 * @param beforeQuiesce before the first write of the transaction; another exit status than 0 vetoes it
 * @param quiesced when its driver has let go of it and before it is removed; another exit status than 0 sends the
 *     transaction back
 * @param afterRebind at the end, when it has its driver, whatever came of the transaction
 * @param failed at the end, when it has not
 * @param timeoutMicros how long each may take, microseconds; after that it is killed and counts as failed
 */
public record Hooks(
        List<String> beforeQuiesce,
        List<String> quiesced,
        List<String> afterRebind,
        List<String> failed,
        long timeoutMicros) {

    /** How long a hook may take where nothing else is said, microseconds. */
    public static final long USUAL_TIMEOUT_MICROS = 30_000_000;

    public static final Hooks NONE = new Hooks(List.of(), List.of(), List.of(), List.of(), USUAL_TIMEOUT_MICROS);

    /** When a hook runs. */
    public enum Moment {
        BEFORE_QUIESCE("before-quiesce"),
        QUIESCED("quiesced"),
        AFTER_REBIND("after-rebind"),
        FAILED("failed");

        private final String key;

        Moment(String key) {
            this.key = key;
        }

        /** As the configuration, the journal and the environment of the hook name it. */
        public String key() {
            return key;
        }
    }

    public Hooks {
        beforeQuiesce = List.copyOf(beforeQuiesce);
        quiesced = List.copyOf(quiesced);
        afterRebind = List.copyOf(afterRebind);
        failed = List.copyOf(failed);
    }

    /** The command of a moment. */
    public List<String> at(Moment moment) {
        return switch (moment) {
            case BEFORE_QUIESCE -> beforeQuiesce;
            case QUIESCED -> quiesced;
            case AFTER_REBIND -> afterRebind;
            case FAILED -> failed;
        };
    }

    public boolean isEmpty() {
        return beforeQuiesce.isEmpty() && quiesced.isEmpty() && afterRebind.isEmpty() && failed.isEmpty();
    }
}
