package io.barkeeper.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import io.barkeeper.testing.Scenes;
import io.barkeeper.testing.TreeBuilder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A card with a bridge of its own arrives in the switch's empty port, which has one bus number and no more. */
class BusShortageTest {

    private static final PciAddress BRIDGE = PciAddress.parse("0000:06:00.0");

    private static Topology plug(String release, PortType type) {
        PciFunction bridge = TreeBuilder.q35(release)
                .port("00:01.0", "", PortType.ROOT_PORT, 6, 6)
                .port("06:00.0", "00:01.0", type, 0, 0)
                .build()
                .get(BRIDGE);
        Action action = ActionParser.parse("hotplug:0000:02:03.0:@bridge", file -> List.of(bridge));
        return KernelModels.forRelease(release)
                .apply(Scenes.switchBefore(release), action)
                .after();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-50-amd64", "7.2.12"})
    void isFatalForANewcomerAlsoAtTheNextLook(String release) {
        Topology after = plug(release, PortType.UPSTREAM_PORT);
        History first = History.NONE.seen(Scenes.switchBefore(release), true);
        History later = first.seen(after, true);

        for (History history : List.of(first, later)) {
            assertThat(Diagnosis.examine(after, history))
                    .filteredOn(t -> t.address().equals(BRIDGE) && t.cause() == Trouble.Cause.NO_BUS)
                    .singleElement()
                    .satisfies(t -> assertThat(t.severity()).isEqualTo(Trouble.Severity.FATAL));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-50-amd64", "7.2.12"})
    void saysWhichRangeIsTooSmallHowManyAreMissingAndWhoHasTheNext(String release) {
        Topology after = plug(release, PortType.UPSTREAM_PORT);

        BusShortage shortage = BusShortage.of(after, after.get(BRIDGE)).orElseThrow();

        assertThat(shortage.missing()).isEqualTo(2);
        assertThat(shortage.why())
                .contains("0000:02:03.0 (primary 02, secondary 06, subordinate 06)")
                .contains("at least 2 are missing")
                .contains("the next one, 07, is free, but lies outside");
        assertThat(shortage.remedy()).contains("pci=assign-busses,hpbussize=3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-50-amd64", "7.2.12"})
    void aSingleBridgeMissesOneNumber(String release) {
        Topology after = plug(release, PortType.PCIE_TO_PCI_BRIDGE);

        assertThat(BusShortage.of(after, after.get(BRIDGE)).orElseThrow().why()).contains(": 1 is missing;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-50-amd64", "7.2.12"})
    void aBridgeWithABusMissesNone(String release) {
        Topology before = Scenes.switchBefore(release);

        assertThat(before.functions()).allMatch(f -> BusShortage.of(before, f).isEmpty());
    }
}
