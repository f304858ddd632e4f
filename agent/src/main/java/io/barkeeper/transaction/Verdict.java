package io.barkeeper.transaction;

import java.util.Locale;

/** How a transaction ended. The names are those of the metric's {@code outcome} tag and of the journal. */
public enum Verdict {
    /** Every device of the plan works, the newcomers too. */
    DONE(0),
    /** Nothing that worked was taken away: the machine had changed, or a device had come into use. */
    REFUSED(4),
    /** It failed, and every device that worked before works again. */
    ROLLED_BACK(5),
    /** It failed, and something that worked before does not. */
    FAILED(6),
    /** A write is stuck in the kernel; only a reboot helps. */
    WEDGED(6);

    private final int exitCode;

    Verdict(int exitCode) {
        this.exitCode = exitCode;
    }

    /** The exit code of {@code barkeeper apply}. */
    public int exitCode() {
        return exitCode;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
