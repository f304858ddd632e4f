package io.barkeeper.diagnosis;

import static io.barkeeper.testing.Scenes.NEIGHBOUR;
import static io.barkeeper.testing.Scenes.NEWCOMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.barkeeper.diagnosis.Trouble.Cause;
import io.barkeeper.diagnosis.Trouble.Severity;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.testing.Scenes;
import io.barkeeper.testing.TreeBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiagnosisTest {

    private static final Topology BEFORE = Scenes.switchBefore("6.12.107");
    private static final Topology AFTER = Scenes.switchAfter("6.12.107");

    @Test
    void aHealthyMachineHasNoHarm() {
        assertThat(Diagnosis.examine(BEFORE, History.NONE)).noneMatch(Trouble::isHarm);
    }

    @Test
    void theNewcomersBarsAreFatalAndWhatTheKernelTookIsCollateral() {
        List<Trouble> troubles = Diagnosis.examine(AFTER, History.NONE.seen(BEFORE, true));

        assertThat(troubles)
                .filteredOn(t -> t.severity() == Severity.FATAL)
                .extracting(Trouble::address, Trouble::index)
                .containsExactly(tuple(NEWCOMER, 1), tuple(NEWCOMER, 2));
        assertThat(troubles)
                .filteredOn(
                        t -> t.severity() == Severity.COLLATERAL && t.address().equals(NEIGHBOUR))
                .singleElement()
                .satisfies(t -> {
                    assertThat(t.cause()).isEqualTo(Cause.LOST);
                    assertThat(t.why()).contains("was at 0xc000-0xc0ff");
                });
        assertThat(Diagnosis.isGood(troubles)).isFalse();
    }

    @Test
    void withoutHistoryAnOrphanIsCollateralWhereADriverShowsThatTheDeviceWorked() {
        Topology driven = AFTER.map(f -> f.address().equals(NEIGHBOUR)
                ? f.withDriver(Optional.of("some-driver"))
                        .withResources(f.resources().stream()
                                .map(r -> r.index() == 1
                                        ? Resource.unassigned(1, r.kind(), 0x40101, OptionalLong.of(256), r.hardware())
                                        : r)
                                .toList())
                : f);
        Topology alone = driven.map(f -> f.address().equals(NEIGHBOUR) ? f.withDriver(Optional.empty()) : f);

        assertThat(severityOfNeighbour(driven)).isEqualTo(Severity.COLLATERAL);
        assertThat(severityOfNeighbour(alone)).isEqualTo(Severity.FATAL);
    }

    private static Severity severityOfNeighbour(Topology topology) {
        History seen = new History(Optional.empty(), Set.of(new ResourceId(NEIGHBOUR, 1)));
        return Diagnosis.examine(topology, seen).stream()
                .filter(t -> t.address().equals(NEIGHBOUR) && t.index() == 1)
                .findFirst()
                .orElseThrow()
                .severity();
    }

    @Test
    void theSameMachineGetsTheSameTroublesInTheSameOrder() {
        History history = History.NONE.seen(BEFORE, true);

        assertThat(Diagnosis.examine(AFTER, history)).isEqualTo(Diagnosis.examine(AFTER, history));
    }

    @Test
    void aWindowClosedInHardwareAboveAWorkingDeviceIsCollateral() {
        Topology open = oneDisk(false);
        Topology closed = oneDisk(true);

        assertThat(Diagnosis.examine(closed, History.NONE.seen(open, true)))
                .filteredOn(Trouble::isHarm)
                .singleElement()
                .satisfies(t -> {
                    assertThat(t.severity()).isEqualTo(Severity.COLLATERAL);
                    assertThat(t.cause()).isEqualTo(Cause.CLOSED_IN_HARDWARE);
                    assertThat(t.index()).isEqualTo(14);
                });
        assertThat(new Works(closed, History.NONE).works(PciAddress.parse("0000:01:00.0")))
                .isFalse();
    }

    @Test
    void anIoWindowThatTheHardwareNeverOpensIsCosmetic() {
        Topology machine = TreeBuilder.q35("6.12.107")
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .commandAndEnable(0x6, 1)
                .windowClosedInHardware(ResourceKind.WINDOW_IO, 0x1000, 0x1000)
                .endpoint("01:00.0", "00:01.0", 0x00ff00, PortType.CONVENTIONAL, "")
                .bar(1, ResourceKind.IO, 0x1000, 256)
                .build();

        assertThat(Diagnosis.examine(machine, History.NONE.seen(machine, true)))
                .noneMatch(Trouble::isHarm)
                .anyMatch(t -> t.cause() == Cause.CLOSED_IN_HARDWARE && t.severity() == Severity.COSMETIC);
    }

    @Test
    void anIoBarThatNoDriverMissesIsCosmetic() {
        Topology machine = TreeBuilder.q35("6.12.107")
                .endpoint("00:03.0", "", 0x020000, PortType.ENDPOINT, "")
                .unplaced(2, ResourceKind.IO, 32)
                .build();

        assertThat(Diagnosis.examine(machine, History.NONE))
                .singleElement()
                .satisfies(t -> assertThat(t.severity()).isEqualTo(Severity.COSMETIC));
    }

    @Test
    void theBlockageNamesEveryWindowUpToTheAperture() {
        List<Blockage> blockages = Blockers.of(AFTER, Map.of(), History.NONE, NEWCOMER);

        Blockage big = blockages.get(blockages.size() - 1);
        assertThat(big.resource().index()).isEqualTo(2);
        assertThat(big.levels())
                .extracting(Blockage.Level::container)
                .contains("pref window of 0000:01:00.0", "pref window of 0000:00:01.0");
        assertThat(big.sentences().get(0)).isEqualTo("0000:06:00.0 BAR 2 (mem64pref, 256 MiB) has no address");
    }

    @Test
    void headroomCountsWhatIsFreeAndInOnePiece() {
        assertThat(Headroom.rooms(BEFORE))
                .filteredOn(r -> r.bridge().equals("0000:01:00.0") && r.kind() == ResourceKind.WINDOW_PREF)
                .singleElement()
                .satisfies(r -> {
                    assertThat(r.freeBytes()).isEqualTo(TreeBuilder.mib(58));
                    assertThat(r.largestFreeBytes()).isEqualTo(TreeBuilder.mib(58));
                });
    }

    private static Topology oneDisk(boolean closed) {
        TreeBuilder tree = TreeBuilder.q35("6.12.107").port("00:01.0", "", PortType.ROOT_PORT, 1, 1);
        if (closed) {
            tree.windowClosedInHardware(ResourceKind.WINDOW_MEM, 0xfe00_0000L, TreeBuilder.mib(2));
        } else {
            tree.window(ResourceKind.WINDOW_MEM, 0xfe00_0000L, TreeBuilder.mib(2));
        }
        return tree.nvme("01:00.0", "00:01.0", 0xfe00_0000L).build();
    }
}
