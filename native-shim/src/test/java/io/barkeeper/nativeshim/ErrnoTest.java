package io.barkeeper.nativeshim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void namesAndTextsAreThoseOfTheCLibrary() {
        assertThat(Errno.name(Errno.EBUSY)).isEqualTo("EBUSY");
        assertThat(Errno.text(Errno.EBUSY)).isEqualTo("Device or resource busy");
        assertThat(Errno.name(Errno.ENOBUFS)).isEqualTo("ENOBUFS");
    }

    @Test
    void eachErrorHasItsUsualNameWhereTwoExist() {
        assertThat(Errno.name(11)).isEqualTo("EAGAIN");
        assertThat(Errno.name(35)).isEqualTo("EDEADLK");
        assertThat(Errno.name(95)).isEqualTo("EOPNOTSUPP");
    }

    @Test
    void errorsInternalToTheKernelThatLeakOutOfAttributesHaveNamesToo() {
        assertThat(Errno.name(517)).isEqualTo("EPROBE_DEFER");
        assertThat(Errno.name(524)).isEqualTo("ENOTSUPP");
    }

    @Test
    void anUnknownNumberIsShownAsANumber() {
        assertThat(Errno.name(4711)).isEqualTo("errno 4711");
        assertThat(Errno.text(4711)).isEqualTo("Unknown error 4711");
    }

    @Test
    void theMessageOfAnExceptionSaysWhatFailedWhereAndWhy() {
        assertThat(new ErrnoException(Errno.EBUSY, "write", "/sys/bus/pci/rescan"))
                .hasMessage("write /sys/bus/pci/rescan: EBUSY (Device or resource busy)");
        assertThat(new ErrnoException(Errno.EMFILE, "eventfd", "")).hasMessage("eventfd: EMFILE (Too many open files)");
    }
}
