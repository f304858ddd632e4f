package io.barkeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import io.barkeeper.testing.Scenes;
import io.barkeeper.testing.TreeBuilder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeWithoutNumberTest {

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-50-amd64", "7.2.12"})
    void aConventionalBridgeThatFindsNoBusNumberIsInDoubtForItsHotPlugController(String release) {
        assertThat(plug(release, PortType.PCIE_TO_PCI_BRIDGE).doubts())
                .singleElement()
                .satisfies(d -> assertThat(d.toString()).contains("no bus number is left"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-50-amd64", "7.2.12"})
    void anExpressPortThatFindsNoBusNumberIsCertain(String release) {
        assertThat(plug(release, PortType.UPSTREAM_PORT).doubts()).isEmpty();
    }

    /** Into the switch's empty port, which has one bus number and no more. */
    private static Prediction plug(String release, PortType type) {
        PciFunction bridge = TreeBuilder.q35(release)
                .port("00:01.0", "", PortType.ROOT_PORT, 6, 6)
                .port("06:00.0", "00:01.0", type, 0, 0)
                .build()
                .get(PciAddress.parse("0000:06:00.0"));
        Topology before = Scenes.switchBefore(release);
        Action action = ActionParser.parse("hotplug:0000:02:03.0:@bridge", file -> List.of(bridge));
        return KernelModels.forRelease(release).apply(before, action);
    }
}
