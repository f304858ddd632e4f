package io.barkeeper.daemon;

import io.barkeeper.config.Mode;
import io.barkeeper.control.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The mode that is in force: what was asked for, under every ceiling that something set. A ceiling is never lifted by
 * asking for another mode; it ends with its cause. For any thread.
 */
final class ModeSwitch {

    /**
     * Something that keeps the mode down.
     *
     * @param most the highest mode that it allows
     * @param why one sentence without a full stop
     */
    record Ceiling(Mode most, String why) {}

    private final Map<String, Ceiling> ceilings = new LinkedHashMap<>();
    private Mode wanted;

    ModeSwitch(Mode wanted) {
        this.wanted = wanted;
    }

    synchronized Mode wanted() {
        return wanted;
    }

    synchronized Mode inForce() {
        Mode mode = wanted;
        for (Ceiling ceiling : ceilings.values()) {
            mode = lower(mode, ceiling.most());
        }
        return mode;
    }

    /** @param cause names the ceiling, so that it is set once and can be lifted */
    synchronized void limit(String cause, Mode most, String why) {
        ceilings.put(cause, new Ceiling(most, why));
    }

    /** The cause is gone. */
    synchronized void lift(String cause) {
        ceilings.remove(cause);
    }

    /** Why the mode is lower than what was asked for; empty when it is not. */
    synchronized List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        for (Ceiling ceiling : ceilings.values()) {
            if (ceiling.most().compareTo(wanted) < 0) {
                reasons.add(ceiling.why());
            }
        }
        return reasons;
    }

    /** Asks for a mode. */
    synchronized void ask(Mode mode) throws Refusal {
        for (Ceiling ceiling : ceilings.values()) {
            if (ceiling.most().compareTo(mode) < 0) {
                throw new Refusal(
                        "BK-MODE-LIMITED",
                        Refusal.REFUSED,
                        "the mode cannot be " + mode.label() + ": " + ceiling.why(),
                        "the highest that is possible now is " + ceiling.most().label());
            }
        }
        wanted = mode;
    }

    /** Takes the mode of the configuration; a ceiling that is lower stays in force. */
    synchronized void want(Mode mode) {
        wanted = mode;
    }

    private static Mode lower(Mode a, Mode b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
