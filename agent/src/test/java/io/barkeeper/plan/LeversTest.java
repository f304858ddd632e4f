package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.testing.TreeBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plan can do beside removing and rescanning: sizing a bridge's windows anew, and forgetting old window sizes. */
class LeversTest {

    private static final PciAddress PORT = PciAddress.parse("0000:00:01.0");
    private static final PciAddress NEWCOMER = PciAddress.parse("0000:01:00.0");

    private static final PciAddress NEIGHBOUR = PciAddress.parse("0000:00:03.0");

    private static PlanResult plan(Topology machine, Set<PciAddress> pinned, boolean configWritable) {
        return plan(machine, Set.of(), pinned, configWritable);
    }

    private static PlanResult plan(
            Topology machine, Set<PciAddress> wished, Set<PciAddress> pinned, boolean configWritable) {
        Map<PciAddress, Movability> movability = new HashMap<>();
        machine.functions().forEach(f -> movability.put(f.address(), new Movability.Free("idle")));
        pinned.forEach(p -> movability.put(p, new Movability.Pinned("pinned by hand")));
        return Planner.plan(new PlanRequest(machine, History.NONE, movability, KernelModels.forKernel(machine.kernel()))
                .wishing(wished)
                .withConfigWritable(configWritable));
    }

    private static Plan feasible(PlanResult result) {
        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Feasible.class);
        return ((PlanResult.Feasible) result).plan();
    }

    /**
     * A newcomer of 64 MiB behind a root port whose memory window has 2 MiB; the root bus has room. On it sits a device that
     * the kernel took a BAR from, and that is in use: a rescan of that bus would write the BAR under its driver.
     */
    private static Topology tightPort(String release) {
        return TreeBuilder.bare(release)
                .aperture(true, 0x1000, 0x1000)
                .aperture(false, 0xc000_0000L, TreeBuilder.mib(512))
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .window(ResourceKind.WINDOW_IO, 0x1000, 0x1000)
                .window(ResourceKind.WINDOW_MEM, 0xc000_0000L, TreeBuilder.mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xd000_0000L, TreeBuilder.mib(2))
                .endpoint("01:00.0", "00:01.0", 0x050000, PortType.ENDPOINT, "")
                .unplaced(0, ResourceKind.MEM32, TreeBuilder.mib(64))
                .endpoint("00:03.0", "", 0x020000, PortType.CONVENTIONAL, "e1000")
                .orphan(0, ResourceKind.MEM32, 4096)
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void aBridgeIsSizedAnewWhereARescanOfTheBusAboveWouldHarmSomebody(String release) {
        Plan plan = feasible(plan(tightPort(release), Set.of(NEWCOMER), Set.of(NEIGHBOUR), true));

        assertThat(plan.actions()).last().hasToString("rescan-bus:0000:01");
        assertThat(plan.rounds().get(0).released()).containsExactly(NEWCOMER);
        assertThat(plan.disturbs()).extracting(Plan.Disturbance::address).containsExactly(PORT);
        assertThat(plan.fallback().proven()).isTrue();
        assertThat(plan.fallback().steps())
                .as("the way back does not rescan the bus above either")
                .last()
                .isInstanceOf(Action.RescanBus.class);
        assertThat(plan.predicted().get(NEWCOMER).resource(0).orElseThrow().isAssigned())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void aBridgeThatIsPinnedIsNotSizedAnew(String release) {
        PlanResult result = plan(tightPort(release), Set.of(NEWCOMER), Set.of(NEIGHBOUR, PORT), true);

        assertThat(result).isInstanceOf(PlanResult.Refused.class);
    }

    /**
     * The port of the newcomer has no I/O window, and the one above is full. From 6.15 on the reserve that a hot-plug port is to have counts as
     * a failure of the first try, so that the I/O windows of the ports beside it would be released.
     */
    private static Topology tightSwitch(String release) {
        return TreeBuilder.bare(release)
                .aperture(true, 0x1000, 0x1000)
                .aperture(false, 0xc000_0000L, TreeBuilder.mib(512))
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 5)
                .window(ResourceKind.WINDOW_IO, 0x1000, 0x1000)
                .window(ResourceKind.WINDOW_MEM, 0xc000_0000L, TreeBuilder.mib(256))
                .port("01:00.0", "00:01.0", PortType.UPSTREAM_PORT, 2, 5)
                .window(ResourceKind.WINDOW_IO, 0x1000, 0x1000)
                .window(ResourceKind.WINDOW_MEM, 0xc000_0000L, TreeBuilder.mib(256))
                .port("02:00.0", "01:00.0", PortType.DOWNSTREAM_PORT, 3, 3)
                .window(ResourceKind.WINDOW_IO, 0x1000, 0x1000)
                .port("02:01.0", "01:00.0", PortType.DOWNSTREAM_PORT, 4, 4)
                .window(ResourceKind.WINDOW_MEM, 0xc000_0000L, TreeBuilder.mib(2))
                .endpoint("04:00.0", "02:01.0", 0x050000, PortType.ENDPOINT, "")
                .unplaced(0, ResourceKind.MEM32, TreeBuilder.mib(64))
                .port("02:02.0", "01:00.0", PortType.DOWNSTREAM_PORT, 5, 5)
                .endpoint("05:00.0", "02:02.0", 0x020000, PortType.ENDPOINT, "e1000e")
                .orphan(0, ResourceKind.MEM32, 4096)
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.18.15", "7.2.13"})
    void noResizeIsMadeForWhichTheKernelWouldReleaseTheWindowsOfNeighbours(String release) {
        PciAddress busy = PciAddress.parse("0000:05:00.0");
        PlanResult result = plan(tightSwitch(release), Set.of(PciAddress.parse("0000:04:00.0")), Set.of(busy), true);

        assertThat(result).as(() -> String.join("\n", Explanation.of(result))).isInstanceOf(PlanResult.Refused.class);
        assertThat(((PlanResult.Refused) result).rejected())
                .extracting(PlanResult.Rejected::why)
                .anySatisfy(why ->
                        assertThat(why).contains("would release the windows of all bridges beside 0000:02:01.0"));
    }

    /** A card of 1 MiB sits in a window of 256 MiB that an earlier one needed; the newcomer needs most of what there is. */
    private static Topology outgrownWindow(String release) {
        return TreeBuilder.bare(release)
                .aperture(false, 0xc000_0000L, TreeBuilder.mib(384))
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .endpoint("01:00.0", "00:01.0", 0x050000, PortType.ENDPOINT, "")
                .unplaced(0, ResourceKind.MEM32, TreeBuilder.mib(256))
                .port("00:02.0", "", PortType.ROOT_PORT, 2, 2)
                .window(ResourceKind.WINDOW_MEM, 0xc000_0000L, TreeBuilder.mib(256))
                .endpoint("02:00.0", "00:02.0", 0x050000, PortType.ENDPOINT, "")
                .bar(0, ResourceKind.MEM32, 0xc000_0000L, TreeBuilder.mib(1))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107"})
    void underLockdownAnOldWindowSizeIsForgottenThroughResourceAlignment(String release) {
        Plan plan = feasible(plan(outgrownWindow(release), Set.of(), false));

        assertThat(plan.actions().stream().map(Action::toString)).contains("align:0000:00:02.0:4K");
        assertThat(plan.actions())
                .as("nothing of it is written to config space")
                .noneMatch(a -> a instanceof Action.Window || a instanceof Action.Decode);
        assertThat(plan.fallback().proven()).isTrue();
        assertThat(plan.predicted().get(NEWCOMER).resource(0).orElseThrow().isAssigned())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107"})
    void aTextThatSomebodySetIsNotReplaced(String release) {
        Topology machine = outgrownWindow(release).withResourceAlignment("20@0000:05:00.0");
        PlanResult result = plan(machine, Set.of(), false);

        assertThat(result).isNotInstanceOf(PlanResult.Feasible.class);
    }
}
