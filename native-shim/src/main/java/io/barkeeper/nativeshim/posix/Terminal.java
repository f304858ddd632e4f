package io.barkeeper.nativeshim.posix;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether somebody looks at an output; {@link System#console()} answers only for input and output together. Asked of
 * {@code /proc} and stty(1), because a native library takes longer to load than a short command takes to answer.
 */
public final class Terminal {
    public static final int STANDARD_INPUT = 0;
    public static final int STANDARD_OUTPUT = 1;
    public static final int STANDARD_ERROR = 2;

    private static final Pattern DEVICE = Pattern.compile("/dev/(?:pts/[0-9]+|tty[0-9A-Za-z_]*|console|hvc[0-9]+)");
    private static final Pattern SIZE = Pattern.compile("[0-9]{1,5} ([1-9][0-9]{0,4})\\s*");
    private static final int LONGEST_ANSWER = 32;

    private Terminal() {}

    /** Whether a file descriptor of this process is a terminal; false for one that is not open. */
    public static boolean isTerminal(int fileDescriptor) {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fileDescriptor));
            return DEVICE.matcher(target.toString()).matches();
        } catch (IOException e) {
            return false;
        }
    }

    /** Columns of the terminal that this process was started from; empty where there is none or it does not know. */
    public static OptionalInt columns() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(stty.getInputStream().readNBytes(LONGEST_ANSWER), StandardCharsets.US_ASCII);
            Matcher size = SIZE.matcher(answer);
            return size.matches() ? OptionalInt.of(Integer.parseInt(size.group(1))) : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
