package io.barkeeper.nativeshim.posix;

/** Whether somebody looks at an output; {@link System#console()} answers only for input and output together. */
public final class Terminal {
    public static final int STANDARD_INPUT = 0;
    public static final int STANDARD_OUTPUT = 1;
    public static final int STANDARD_ERROR = 2;

    private Terminal() {}

    /** Whether a file descriptor of this process is a terminal; false for one that is not open. */
    public static boolean isTerminal(int fileDescriptor) {
        return Library.posix().isatty(fileDescriptor) == 1;
    }
}
