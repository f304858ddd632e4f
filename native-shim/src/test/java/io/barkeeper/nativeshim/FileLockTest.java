package io.barkeeper.nativeshim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.barkeeper.nativeshim.FileLock.Held;
import io.barkeeper.nativeshim.FileLock.Taken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FileLockTest {
    @TempDir
    Path directory;

    private Path path = Path.of("/");

    @BeforeEach
    void chooseAPath() {
        path = directory.resolve("lock");
    }

    @Test
    void theFileIsMadeForItsOwnerAlone() throws IOException {
        try (FileLock lock = take()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            assertThat(path).hasContent(ProcessHandle.current().pid() + "\n");
            assertThat(lock).isNotNull();
        }
    }

    @Test
    void aSecondAttemptFindsItHeldUntilTheFirstIsClosed() throws IOException {
        FileLock lock = take();
        assertThat(FileLock.tryLock(path))
                .isEqualTo(new Held(Optional.of(ProcessHandle.current().pid())));
        lock.close();
        lock.close();
        take().close();
    }

    @Test
    void itIsNotLostWhenTheSameFileIsOpenedAndClosed() throws IOException {
        try (FileLock lock = take()) {
            assertThat(Files.readString(path)).isNotEmpty();
            assertThat(FileLock.tryLock(path)).isInstanceOf(Held.class);
            assertThat(lock).isNotNull();
        }
    }

    @Test
    void anotherProcessSeesIt() throws Exception {
        assumeThatThereIsFlock();
        try (FileLock lock = take()) {
            assertThat(run("flock", "--nonblock", "--conflict-exit-code", "33", path.toString(), "true"))
                    .isEqualTo(33);
            assertThat(lock).isNotNull();
        }
        assertThat(run("flock", "--nonblock", path.toString(), "true")).isZero();
    }

    @Test
    void theLockOfAnotherProcessIsSeen() throws Exception {
        assumeThatThereIsFlock();
        // The command says when it runs, and so holds the lock, and ends with its input.
        Process holder = new ProcessBuilder("flock", path.toString(), "sh", "-c", "echo locked; cat").start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("locked");
            assertThat(FileLock.tryLock(path)).isEqualTo(new Held(Optional.empty()));
        } finally {
            holder.getOutputStream().close();
            holder.waitFor();
        }
        take().close();
    }

    @Test
    void withoutTheDirectoryThereIsAnError() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> FileLock.tryLock(directory.resolve("missing/lock")))
                .matches(e -> e.errno() == Errno.ENOENT);
    }

    private FileLock take() throws IOException {
        FileLock.Attempt attempt = FileLock.tryLock(path);
        assertThat(attempt).isInstanceOf(Taken.class);
        return ((Taken) attempt).lock();
    }

    private static void assumeThatThereIsFlock() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "flock(1) of util-linux is not installed");
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).start().waitFor();
    }
}
