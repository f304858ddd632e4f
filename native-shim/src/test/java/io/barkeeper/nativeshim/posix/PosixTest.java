package io.barkeeper.nativeshim.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixTest {
    @TempDir
    Path directory;

    @Test
    void rootIsUserZeroInGroupZero() {
        assertThat(Accounts.userId("root")).hasValue(0);
        assertThat(Accounts.userName(0)).contains("root");
        assertThat(Accounts.groupId("root")).hasValue(0);
        assertThat(Accounts.isMember(0, "root")).isTrue();
        assertThat(Accounts.isMember("root", "root")).isTrue();
    }

    @Test
    void aNameThatDoesNotExistHasNoIdAndIsInNoGroup() {
        assertThat(Accounts.userId("no-such-user")).isEmpty();
        assertThat(Accounts.groupId("no-such-group")).isEmpty();
        assertThat(Accounts.userName(1_999_999_999)).isEmpty();
        assertThat(Accounts.isMember("no-such-user", "root")).isFalse();
        assertThat(Accounts.isMember(1_999_999_999, "root")).isFalse();
        assertThat(Accounts.isMember("root", "no-such-group")).isFalse();
    }

    @Test
    void everyListedMemberOfAGroupIsInIt() throws IOException {
        List<String[]> withMembers = Files.readAllLines(Path.of("/etc/group")).stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length == 4 && !fields[3].isEmpty())
                .toList();
        assumeTrue(!withMembers.isEmpty(), "no group of /etc/group lists a member");
        for (String[] fields : withMembers) {
            assertThat(Accounts.groupId(fields[0])).hasValue(Integer.parseInt(fields[2]));
            for (String user : fields[3].split(",", -1)) {
                assertThat(Accounts.isMember(user, fields[0]))
                        .as(user + " in " + fields[0])
                        .isEqualTo(Accounts.userId(user).isPresent());
            }
        }
    }

    @Test
    void anotherUserIsNotInTheGroupOfRoot() {
        assumeTrue(Accounts.userId("nobody").isPresent(), "there is no user nobody");
        assertThat(Accounts.isMember("nobody", "root")).isFalse();
    }

    @Test
    void theEffectiveUserOwnsWhatItMakes() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(Accounts.effectiveUserId());
    }

    @Test
    void aRegularFileAndAClosedDescriptorAreNoTerminals() {
        // Surefire connects the outputs of its JVM to pipes or files.
        assertThat(Terminal.isTerminal(9999)).isFalse();
        assertThat(Terminal.isTerminal(-1)).isFalse();
    }

    @Test
    void theUmaskHoldsUntilItIsClosed() throws IOException {
        int before;
        try (Umask mask = Umask.set(0117)) {
            before = mask.previous();
            assertThat(permissions(Files.createFile(directory.resolve("narrow"))))
                    .isEqualTo("rw-rw----");
        }
        try (Umask mask = Umask.set(before)) {
            assertThat(mask.previous()).isEqualTo(before);
        }
    }

    @Test
    void aMaskThatIsNoFileModeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Umask.set(01000));
        assertThatIllegalArgumentException().isThrownBy(() -> Umask.set(-1));
    }

    @Test
    void theGroupOfAFileChangesAndItsOwnerStays() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assumeTrue(Accounts.effectiveUserId() == 0, "only root may give files to any group");
        Ownership.changeGroup(file, 4711);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(4711);
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(0);
    }

    @Test
    void theErrorNumberOfAChangeOfGroupIsKept() {
        Path missing = directory.resolve("missing");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> Ownership.changeGroup(missing, 0))
                .matches(e -> e.errno() == Errno.ENOENT)
                .withMessage("chown " + missing + ": ENOENT (No such file or directory)");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
