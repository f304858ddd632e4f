package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import io.barkeeper.pci.TopologyDiff;
import io.barkeeper.pci.TreeDigest;
import io.barkeeper.testkit.CapturedTree;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a hot-add changed, seen from captures before and after it. */
class ChangedMachineTest {

    @TempDir
    private Path before;

    @TempDir
    private Path after;

    private static Topology read(String capture, Path into) throws Exception {
        return SysfsReader.open(CapturedTree.unpack(capture, into))
                .read(Optional.empty())
                .topology();
    }

    @Test
    void theNewcomerAndWhatItsArrivalCostAreListed() throws Exception {
        Topology first = read("switch-6.1-before", before);
        Topology second = read("switch-6.1-after", after);

        TopologyDiff diff = TopologyDiff.between(first, second);

        assertThat(diff.arrived()).containsExactly(PciAddress.parse("0000:06:00.0"));
        assertThat(diff.gone()).isEmpty();
        assertThat(diff.of(TopologyDiff.Kind.LOST))
                .extracting(TopologyDiff.ResourceChange::id)
                .contains(
                        new ResourceId(PciAddress.parse("0000:05:00.0"), 1),
                        new ResourceId(PciAddress.parse("0000:01:00.0"), 13));
        assertThat(TopologyDiff.between(first, first).isEmpty()).isTrue();
        assertThat(TreeDigest.of(first)).isNotEqualTo(TreeDigest.of(second)).hasSize(16);
        assertThat(TreeDigest.of(first)).isEqualTo(TreeDigest.of(first.withResourceAlignment("")));
    }
}
