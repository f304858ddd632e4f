package io.barkeeper.vm;

import io.barkeeper.lab.GuestShell;
import java.util.Arrays;
import java.util.List;

/** What a command of the CLI should have answered. */
final class Answers {
    private Answers() {}

    /** Empty when the command ended with one of these exit codes, else what it said. */
    static List<String> exit(GuestShell.Result result, int... codes) {
        return Arrays.stream(codes).anyMatch(code -> code == result.exit())
                ? List.of()
                : List.of("exit " + result.exit() + ": " + result.stdout() + result.stderr());
    }
}
