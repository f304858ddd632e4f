package io.barkeeper.nativeshim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KernelLogTest {
    @Test
    void aRecordBecomesALineOfDmesg() {
        assertThat(KernelLog.format("6,339,5140900,-,caller=T1;pci 0000:00:01.0: BAR 0 [mem 0xfebf0000]\n"))
                .contains("[    5.140900] pci 0000:00:01.0: BAR 0 [mem 0xfebf0000]");
    }

    @Test
    void theKeysAfterTheTextAreLeftOut() {
        assertThat(KernelLog.format("6,1,12345678901234,-;text; and more\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:01.0\n"))
                .contains("[12345678.901234] text; and more");
    }

    @Test
    void tabsAndBackslashesAreThemselvesAndControlCharactersStayEscaped() {
        assertThat(KernelLog.format("6,1,0,-;\\x09tab \\x5c escape \\x1b\n"))
                .contains("[    0.000000] \ttab \\ escape \\x1b");
    }

    @Test
    void anEmptyTextIsALineToo() {
        assertThat(KernelLog.format("4,2,0,-;\n")).contains("[    0.000000] ");
    }

    @Test
    void whatIsNoRecordIsLeftOut() {
        for (String text : List.of("", "\n", ";", "6,1;text", "6,1,now,-;text", "text without a prefix")) {
            assertThat(KernelLog.format(text)).as(text).isEmpty();
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theLogOfThisMachineEnds() throws IOException {
        List<String> lines = readOrSkip();
        assertThat(lines).isNotEmpty().allMatch(line -> line.matches("(?s)\\[ *[0-9]+\\.[0-9]{6}] .*"));
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aSecondReadGivesOnlyWhatIsNew() throws IOException {
        List<String> all = readOrSkip();
        try (KernelLogTail tail = KernelLogTail.open()) {
            assertThat(tail.read().lines()).containsAll(all.subList(all.size() / 2, all.size()));
            assertThat(tail.read().lines()).hasSizeLessThan(Math.max(1, all.size()));
        }
    }

    private static List<String> readOrSkip() throws IOException {
        try {
            return KernelLog.read();
        } catch (ErrnoException e) {
            if (List.of(Errno.EPERM, Errno.EACCES, Errno.ENOENT).contains(e.errno())) {
                return abort("the kernel log cannot be read: " + e.getMessage());
            }
            throw e;
        }
    }
}
