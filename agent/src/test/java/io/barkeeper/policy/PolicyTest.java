package io.barkeeper.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.testing.TreeBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyTest {

    private static final PciAddress DEVICE = PciAddress.parse("0000:00:03.0");

    @Test
    void aDeviceWithoutADriverIsFree() {
        assertThat(verdict(endpoint(0x00ff00, ""), Usage.NOTHING_ASKED)).isInstanceOf(Movability.Free.class);
    }

    @Test
    void aDiskThatNobodyHoldsIsQuiescable() {
        assertThat(verdict(endpoint(0x010802, "nvme"), asked())).isInstanceOf(Movability.Quiescable.class);
        assertThat(verdict(endpoint(0x010000, "virtio-pci"), asked())).isInstanceOf(Movability.Quiescable.class);
    }

    @Test
    void aDiskThatNobodyWasAskedAboutIsBusy() {
        Movability verdict = verdict(endpoint(0x010802, "nvme"), Usage.NOTHING_ASKED);

        assertThat(verdict).isInstanceOf(Movability.Busy.class);
        assertThat(verdict.why()).contains("cannot be checked");
    }

    @Test
    void aMountedDiskIsBusyAndNamesTheMount() {
        Usage mounted = new Usage(Map.of(DEVICE, List.of(new Holder(Holder.Kind.MOUNT, "/srv", "nvme0n1"))));

        assertThat(verdict(endpoint(0x010802, "nvme"), mounted).why()).isEqualTo("mounted on /srv (nvme0n1)");
    }

    @Test
    void anyOtherDriverIsBusyUnlessARuleSaysOtherwise() {
        Topology machine = endpoint(0x030000, "i915");
        PolicyRules movable = new PolicyRules(
                List.of(new PolicyRules.Rule(Selector.parse("driver:i915").orElseThrow(), PolicyRules.Verdict.MOVABLE)),
                Set.of());

        assertThat(verdict(machine, asked())).isInstanceOf(Movability.Busy.class);
        assertThat(Policy.judge(machine, asked(), movable).get(DEVICE)).isInstanceOf(Movability.Quiescable.class);
    }

    @Test
    void anInterfaceThatIsKeptForAGuestIsBusyEvenIfNobodyHasOpenedIt() {
        assertThat(verdict(endpoint(0x020000, "virtio-pci"), asked())).isInstanceOf(Movability.Quiescable.class);
        assertThat(verdict(endpoint(0x020000, "vfio-pci"), asked())).isInstanceOf(Movability.Busy.class);
    }

    @Test
    void aHookBeforeQuiesceLetsAHeldDeviceBePlannedWith() {
        Usage mounted = new Usage(Map.of(DEVICE, List.of(new Holder(Holder.Kind.MOUNT, "/srv", "nvme0n1"))));
        Hooks umount = new Hooks(List.of("/usr/bin/umount", "/srv"), List.of(), List.of(), List.of(), 1_000_000);
        PolicyRules rules = new PolicyRules(
                List.of(new PolicyRules.Rule(
                        Selector.parse("driver:nvme").orElseThrow(), PolicyRules.Verdict.MOVABLE, umount)),
                Set.of());

        assertThat(Policy.judge(endpoint(0x010802, "nvme"), mounted, rules).get(DEVICE))
                .isInstanceOfSatisfying(
                        Movability.Quiescable.class,
                        q -> assertThat(q.why()).contains("before-quiesce").contains("mounted on /srv"));
    }

    @Test
    void aPinOutweighsEverythingButWhatIsNailedDown() {
        PolicyRules pinned = PolicyRules.NONE.pinning(DEVICE);
        Topology machine = endpoint(0x010802, "nvme");

        assertThat(Policy.judge(machine, asked(), pinned).get(DEVICE)).isInstanceOf(Movability.Pinned.class);
        assertThat(Policy.judge(machine, asked(), pinned.unpinning(DEVICE)).get(DEVICE))
                .isInstanceOf(Movability.Quiescable.class);
    }

    @Test
    void theBootVgaDeviceAndAFrameBufferAreFixed() {
        Topology vga = TreeBuilder.q35("6.12.1")
                .endpoint("00:03.0", "", 0x030000, PortType.CONVENTIONAL, "")
                .bootVga()
                .build();
        Topology console = TreeBuilder.q35("6.12.1")
                .endpoint("00:03.0", "", 0x038000, PortType.CONVENTIONAL, "")
                .bar(0, ResourceKind.MEM32_PREF, 0xfd00_0000L, 0x100_0000)
                .reserved(0xfd00_0000L, 0x30_0000, "efifb")
                .build();

        assertThat(verdict(vga, asked())).isInstanceOf(Movability.Fixed.class);
        assertThat(verdict(console, asked()).why()).contains("efifb");
    }

    @Test
    void aBridgeIsFreeAndPinnedByWhatIsBelowIt() {
        Topology machine = TreeBuilder.q35("6.12.1")
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .nvme("01:00.0", "00:01.0", 0xfe00_0000L)
                .build();
        Map<PciAddress, Movability> verdicts = Policy.judge(machine, Usage.NOTHING_ASKED, PolicyRules.NONE);
        PciAddress port = PciAddress.parse("0000:00:01.0");

        assertThat(verdicts.get(port)).isInstanceOf(Movability.Free.class);
        assertThat(Policy.whoPins(machine, verdicts, port)).containsExactly(PciAddress.parse("0000:01:00.0"));
    }

    @Test
    void aBridgeWithAStandardHotPlugControllerIsFreeAndWithAnUnknownDriverBusy() {
        Topology machine = TreeBuilder.q35("6.12.1")
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .build();
        PciAddress bridge = PciAddress.parse("0000:00:01.0");

        assertThat(judged(machine, bridge, "shpchp")).isInstanceOf(Movability.Free.class);
        assertThat(judged(machine, bridge, "other")).isInstanceOf(Movability.Busy.class);
    }

    private static Movability judged(Topology machine, PciAddress bridge, String driver) {
        Topology bound = machine.map(f -> f.address().equals(bridge) ? f.withDriver(Optional.of(driver)) : f);
        return Objects.requireNonNull(
                Policy.judge(bound, Usage.NOTHING_ASKED, PolicyRules.NONE).get(bridge));
    }

    @Test
    void selectorsAreReadAsTheyAreWritten() {
        for (String text : List.of("driver:nvme", "class:0108", "10de:20b0", "0000:03:00.0", "0000:00:01.0/00.0")) {
            assertThat(Selector.parse(text).orElseThrow().text()).isEqualTo(text);
        }
        assertThat(Selector.parse("nvme")).isEmpty();
    }

    private static Topology endpoint(int classCode, String driver) {
        return TreeBuilder.q35("6.12.1")
                .endpoint("00:03.0", "", classCode, PortType.ENDPOINT, driver)
                .build();
    }

    private static Usage asked() {
        return new Usage(Map.of(DEVICE, List.of()));
    }

    private static Movability verdict(Topology machine, Usage usage) {
        Movability verdict = Policy.judge(machine, usage, PolicyRules.NONE).get(DEVICE);
        assertThat(verdict).isNotNull();
        return Objects.requireNonNull(verdict);
    }
}
