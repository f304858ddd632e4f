package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lock that logind takes on behalf of a program, which here is a script that writes down when it begins and ends. */
@Timeout(60)
class SleepInhibitorTest {

    private static final String WHY = "PCI devices are taken out";

    /** Options of its own up to the first word without dashes, then the command during which the lock is held. */
    private static final String INHIBIT = """
            #!/bin/sh
            printf '%s\\n' "$@" > FOLDER/words
            mv FOLDER/words FOLDER/held
            while [ "${1#--}" != "$1" ]; do shift; done
            "$@"
            : > FOLDER/released
            """;

    @TempDir
    Path folder = Path.of("");

    private String program(String text) throws IOException {
        Path script = folder.resolve("inhibit");
        Files.writeString(script, text.replace("FOLDER", folder.toString()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }

    private void await(String file) {
        while (!Files.exists(folder.resolve(file))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void holdsALockThatBlocksSleepUntilItIsClosed() throws Exception {
        SleepInhibitor inhibitor = SleepInhibitor.take(folder, program(INHIBIT), WHY);
        await("held");
        assertThat(Files.readAllLines(folder.resolve("held")))
                .containsExactly("--what=sleep", "--mode=block", "--who=barkeeperd", "--why=" + WHY, "cat");
        assertThat(folder.resolve("released")).doesNotExist();

        inhibitor.close();

        await("released");
    }

    @Test
    void takesNothingWhereSystemdDoesNotRunTheMachine() throws Exception {
        String program = program(INHIBIT);
        SleepInhibitor without = SleepInhibitor.take(folder.resolve("not-there"), program, WHY);
        assertThat(without.isHeld()).isFalse();
        without.close();
        assertThat(folder.resolve("held")).doesNotExist();
    }

    @Test
    void aProgramThatIsNotThereIsNoReasonToLeaveAMachineUnrepaired() {
        try (SleepInhibitor inhibitor =
                SleepInhibitor.take(folder, folder.resolve("no-inhibit").toString(), WHY)) {
            assertThat(inhibitor.isHeld()).isFalse();
        }
    }

    @Test
    void neitherIsALockThatIsRefused() throws Exception {
        String refusing = program("#!/bin/sh\necho 'Failed to inhibit: Access denied' >&2\nexit 1\n");
        SleepInhibitor inhibitor = SleepInhibitor.take(folder, refusing, WHY);
        while (inhibitor.isHeld()) {
            Thread.onSpinWait();
        }
        assertThatCode(inhibitor::close).doesNotThrowAnyException();
    }

    @Test
    void closingItTwiceIsClosingItOnce() throws Exception {
        SleepInhibitor inhibitor = SleepInhibitor.take(folder, program(INHIBIT), WHY);
        List.of(1, 2).forEach(time -> inhibitor.close());
        await("released");
        assertThat(folder.resolve("held")).exists();
    }
}
