package io.barkeeper.cli;

/** What the process returns. Scripts rely on these numbers. */
public final class ExitCode {

    /** Done, or nothing to do. */
    public static final int DONE = 0;

    public static final int UNEXPECTED = 1;
    public static final int USAGE = 2;
    public static final int NO_PLAN = 3;
    /** Refused by policy or mode, or a device is busy. */
    public static final int REFUSED = 4;

    public static final int ROLLED_BACK = 5;
    /** Failed and not wholly rolled back, or wedged. */
    public static final int NOT_ROLLED_BACK = 6;

    public static final int NO_DAEMON = 7;
    public static final int NOT_PERMITTED = 8;
    /** {@code check} found trouble. */
    public static final int TROUBLE = 10;

    private ExitCode() {}
}
