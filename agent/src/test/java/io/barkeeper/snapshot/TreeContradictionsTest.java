package io.barkeeper.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.machine.sysfs.SysfsMachine;
import io.barkeeper.pci.Topology;
import io.barkeeper.testkit.CapturedTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The resource tree of the kernel against what sysfs shows. */
class TreeContradictionsTest {

    private static final String DISK = "0000:03:00.0";

    @TempDir
    Path folder = Path.of("");

    private List<TreeContradictions.Contradiction> found(String pattern, String replacement) throws Exception {
        Path root = CapturedTree.unpack("switch-6.18-before", folder);
        Path iomem = root.resolve("proc/iomem");
        String text = Files.readString(iomem);
        String other = text.replaceFirst(pattern, replacement);
        assertThat(other).isNotEqualTo(text);
        try (SysfsMachine machine = SysfsMachine.open(root, SysfsMachine.Access.READ_ONLY)) {
            Topology sound = machine.observe();
            assertThat(machine.contradictions(sound)).isEmpty();
            Files.writeString(iomem, other);
            return machine.contradictions(sound);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "6.18", "7.2"})
    void aSoundKernelContradictsNothing(String kernel) throws Exception {
        for (String moment : List.of("before", "after")) {
            Path root = CapturedTree.unpack("switch-" + kernel + "-" + moment, folder.resolve(kernel + moment));
            try (SysfsMachine machine = SysfsMachine.open(root, SysfsMachine.Access.READ_ONLY)) {
                Topology now = machine.observe();
                assertThat(now.functions()).isNotEmpty();
                assertThat(Files.readString(root.resolve("proc/iomem"))).contains(DISK);
                assertThat(machine.contradictions(now)).as(moment).isEmpty();
            }
        }
    }

    @Test
    void aResourceThatIsInNoTreeIsFound() throws Exception {
        assertThat(found("(?m)^.* : " + DISK + "\n", ""))
                .singleElement()
                .satisfies(c -> assertThat(c.subject()).startsWith(DISK))
                .satisfies(c -> assertThat(c.why()).contains("in sysfs, and the resource tree holds nothing"));
    }

    @Test
    void aNodeThatWasLeftBehindIsFound() throws Exception {
        assertThat(found("(?m)^(.*) : " + DISK + "\n", "$0$1 : 0000:1f:00.0\n"))
                .singleElement()
                .satisfies(c -> assertThat(c.subject()).isEqualTo("node of 0000:1f:00.0"));
    }

    @Test
    void whatIsHiddenContradictsNothing() throws Exception {
        Topology now = SysfsMachine.open(
                        CapturedTree.unpack("switch-6.18-before", folder), SysfsMachine.Access.READ_ONLY)
                .observe();
        assertThat(TreeContradictions.of(IoMap.parse("00000000-00000000 : PCI Bus 0000:00\n"), false, now))
                .isEmpty();
    }

    @Test
    void twoNodesThatCrossAreFound() throws Exception {
        IoMap map = IoMap.parse("1000-1fff : 0000:00:01.0\n1800-27ff : 0000:00:02.0\n3000-3fff : PCI Bus 0000:01\n");
        assertThat(map.crossings()).hasSize(1);
    }
}
