package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.testing.TreeBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A legacy device lost the only 4 KiB of I/O addresses. Whether an empty port before its own takes them in a rescan depends on
 * what the kernel keeps of that port's window unseen, and the log does not tell.
 */
class AssumedSizeTest {

    private static final PciAddress EMPTY_PORT = PciAddress.parse("0000:00:01.0");
    private static final PciAddress PORT_ABOVE = PciAddress.parse("0000:00:02.0");

    @ParameterizedTest
    @ValueSource(strings = {"6.18.15", "7.2.13"})
    void noProofRestsOnASizeThatIsOnlyAssumed(String release) {
        Movability pinned = new Movability.Pinned("pinned by hand");
        PlanResult result = Planner.plan(request(release, pinned, pinned));

        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Refused.class);
        assertThat(((PlanResult.Refused) result).rejected())
                .extracting(PlanResult.Rejected::why)
                .anySatisfy(why ->
                        assertThat(why).contains("uncertain", "0000:00:01.0 window 13", "hidden size 0x1000 or 0"));
        assertThat(((PlanResult.Refused) result).obstacles()).first().satisfies(o -> {
            assertThat(o.why()).contains("uncertain", "0000:00:01.0 window 13");
            assertThat(o.remedy()).contains("log_buf_len");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.18.15", "7.2.13"})
    void aResizeOfTheBridgeAboveAsksNothingOfTheOtherPort(String release) {
        Movability idle = new Movability.Free("idle");
        PlanResult result = Planner.plan(request(release, new Movability.Pinned("pinned by hand"), idle));

        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Feasible.class);
        assertThat(((PlanResult.Feasible) result).plan().actions()).last().hasToString("rescan-bus:0000:02");
    }

    private static PlanRequest request(String release, Movability ofPort, Movability ofPortAbove) {
        Topology machine = TreeBuilder.bare(release)
                .aperture(true, 0x1000, 0x1000)
                .aperture(false, 0xc000_0000L, TreeBuilder.mib(64))
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .port("00:02.0", "", PortType.ROOT_PORT, 2, 2)
                .endpoint("02:00.0", "00:02.0", 0x070002, PortType.LEGACY_ENDPOINT, "")
                .unplaced(0, ResourceKind.IO, 256)
                .build()
                .map(AssumedSizeTest::forgotten);
        Map<PciAddress, Movability> movability = new HashMap<>();
        machine.functions().forEach(f -> movability.put(f.address(), new Movability.Free("idle")));
        movability.put(EMPTY_PORT, ofPort);
        movability.put(PORT_ABOVE, ofPortAbove);
        return new PlanRequest(machine, History.NONE, movability, KernelModels.forRelease(release));
    }

    private static PciFunction forgotten(PciFunction function) {
        return function.withResources(function.resources().stream()
                .map(r -> r.index() == Resource.WINDOW_IO ? r.withMayKeep(List.of()) : r)
                .toList());
    }
}
