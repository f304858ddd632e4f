package io.barkeeper.nativeshim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournaldSocketTest {
    @TempDir
    Path directory;

    @Test
    void anEntryIsOneDatagram() throws IOException {
        String path = directory.resolve("socket").toString();
        try (DatagramListener journald = DatagramListener.at(path + '\0')) {
            JournaldSocket socket = JournaldSocket.at(path);
            socket.send("MESSAGE=one\nPRIORITY=6\n".getBytes(StandardCharsets.UTF_8));
            socket.send("MESSAGE=two\n".getBytes(StandardCharsets.UTF_8));
            assertThat(journald.next()).isEqualTo("MESSAGE=one\nPRIORITY=6\n");
            assertThat(journald.next()).isEqualTo("MESSAGE=two\n");
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        String path = directory.resolve("socket").toString();
        try (DatagramListener journald = DatagramListener.at(path + '\0')) {
            assertThat(journald).isNotNull();
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> JournaldSocket.at(path).send(new byte[64 << 20]))
                    .matches(e -> e.errno() == Errno.EMSGSIZE);
        }
    }

    @Test
    void aJournaldThatIsNotThereIsAnError() {
        String path = directory.resolve("gone").toString();
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> JournaldSocket.at(path).send(new byte[1]))
                .withMessage("sendto " + path + ": ENOENT (No such file or directory)");
    }

    @Test
    void aSocketHasAnAbsolutePath() {
        assertThatIllegalArgumentException().isThrownBy(() -> JournaldSocket.at("socket"));
    }
}
