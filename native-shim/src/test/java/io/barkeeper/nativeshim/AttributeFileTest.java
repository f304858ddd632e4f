package io.barkeeper.nativeshim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttributeFileTest {
    @TempDir
    Path directory;

    @Test
    void readsAnAttributeOfSysfsAsTheKernelGivesIt() throws IOException {
        assertThat(AttributeFile.read(Path.of("/sys/class/mem/null/dev"))).isEqualTo("1:3\n");
    }

    @Test
    void readsAFileThatIsLongerThanAPageAndHasNoSize() throws IOException {
        Path kernelSymbols = Path.of("/proc/kallsyms");
        assertThat(AttributeFile.readBytes(kernelSymbols, 100_000)).hasSize(100_000);
    }

    @Test
    void aReadIsBoundedByTheCaller() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "0123456789");
        assertThat(AttributeFile.readBytes(file, 4)).asString().isEqualTo("0123");
        assertThat(AttributeFile.readBytes(file, 0)).isEmpty();
        assertThat(AttributeFile.readBytes(file, 1000)).asString().isEqualTo("0123456789");
        assertThatIllegalArgumentException().isThrownBy(() -> AttributeFile.readBytes(file, -1));
    }

    @Test
    void anEndlessFileIsAnErrorAndNotAnOutOfMemory() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> AttributeFile.read(Path.of("/dev/zero")))
                .matches(e -> e.errno() == Errno.EFBIG);
    }

    @Test
    void aMissingAttributeIsNotMadeByAWrite() {
        Path missing = directory.resolve("missing");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> AttributeFile.write(missing, "1"))
                .matches(e -> e.errno() == Errno.ENOENT && e.path().equals(missing.toString()))
                .withMessage("open " + missing + ": ENOENT (No such file or directory)");
        assertThat(missing).doesNotExist();
    }

    @Test
    void aMissingAttributeOfSysfsIsENOENTAndNotPermissionDenied() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> AttributeFile.write(Path.of("/sys/class/mem/null/missing"), "1"))
                .matches(e -> e.errno() == Errno.ENOENT);
    }

    @Test
    void theAnswerOfTheKernelToAReadIsKept() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> AttributeFile.read(directory))
                .matches(e -> e.errno() == Errno.EISDIR && e.operation().equals("read"));
    }

    @Test
    void theAnswerOfTheKernelToAWriteIsKept() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> AttributeFile.write(Path.of("/dev/full"), "1"))
                .matches(e -> e.errno() == Errno.ENOSPC && e.errnoName().equals("ENOSPC"))
                .withMessage("write /dev/full: ENOSPC (No space left on device)");
    }

    @Test
    void aValueThatTheAttributeDoesNotTakeIsEINVAL() {
        Path attribute = Path.of("/sys/class/mem/null/uevent");
        assumeTrue(Files.isWritable(attribute), "only root may write to " + attribute);
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> AttributeFile.write(attribute, "no such action"))
                .withMessage("write " + attribute + ": EINVAL (Invalid argument)");
    }

    @Test
    void aWriteNeitherTruncatesNorAppends() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "0123456789");
        AttributeFile.write(file, "ab");
        assertThat(file).hasContent("ab23456789");
    }

    @Test
    void aReadAtAnOffsetIsShortAtTheEnd() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "0123456789");
        assertThat(AttributeFile.pread(file, 4, 2)).asString().isEqualTo("45");
        assertThat(AttributeFile.pread(file, 8, 4)).asString().isEqualTo("89");
        assertThat(AttributeFile.pread(file, 64, 4)).isEmpty();
    }

    @Test
    void aWriteAtAnOffsetLeavesTheRest() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "0123456789");
        AttributeFile.pwrite(file, 4, new byte[] {'a', 'b'});
        assertThat(file).hasContent("0123ab6789");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> AttributeFile.pwrite(Path.of("/dev/full"), 4, new byte[] {0}))
                .matches(e -> e.errno() == Errno.ENOSPC);
    }

    @Test
    void aNameWithSpacesIsFound() throws IOException {
        Path file = Files.writeString(directory.resolve("a b\tc"), "x");
        assertThat(AttributeFile.read(file)).isEqualTo("x");
    }

    @Test
    void noDescriptorIsLeftOpen() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        for (int i = 0; i < 20_000; i++) {
            AttributeFile.pread(file, 0, 1);
        }
    }
}
