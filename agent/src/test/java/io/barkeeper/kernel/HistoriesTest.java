package io.barkeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel keeps of a window unseen, where nothing tells it: two histories, two results, and a doubt. */
class HistoriesTest {

    private static final List<Action> FIND_AGAIN =
            List.of(ActionParser.parse("remove:00:03.0"), ActionParser.parse("rescan"));

    /** One granule of I/O space for two ports: the second one's device needs it, the first one's window failed. */
    private static Topology starved(String release) {
        return twoPorts(Lab.bare(release).io(0x1000, 0x1fff));
    }

    private static Topology twoPorts(Lab lab) {
        return lab.memory(0xc0000000L, 0xfebfffffL)
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .port("00:03.0", "", PortType.ROOT_PORT, true, 2, 2)
                .device("02:00.0", "00:03.0", "mem32=4K,io=256")
                .scanned();
    }

    private static Topology forgotten(Topology topology, Predicate<Resource> which) {
        return topology.map(f -> f.withResources(f.resources().stream()
                .map(r -> r.isWindow() && !r.isAssigned() && which.test(r)
                        ? r.withRetained(OptionalLong.empty()).withMayKeep(List.of())
                        : r)
                .toList()));
    }

    private static Topology forgotten(Topology topology) {
        return forgotten(topology, r -> true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.18.9", "6.18.15", "6.19.14", "7.0.13", "7.2.12"})
    void aPortWhoseKeptIoSizeIsNotToldMayOrMayNotTakeItsNeighboursPorts(String release) {
        Topology known = starved(release);
        Topology before = forgotten(known);
        assertThat(Lab.row(known, "00:02.0", 13).retained()).hasValue(0x1000);

        Prediction certain = Lab.model(known).applyAll(known, FIND_AGAIN);
        Prediction unsure = Lab.model(before).applyAll(before, FIND_AGAIN);

        assertThat(certain.doubts()).isEmpty();
        assertThat(Lab.range(certain.after(), "02:00.0", 1)).isEmpty();
        assertThat(Lab.range(unsure.after(), "02:00.0", 1)).isEmpty();
        assertThat(unsure.doubts()).anySatisfy(doubt -> {
            assertThat(doubt.address()).isEqualTo(Lab.at("02:00.0"));
            assertThat(doubt.index()).isEqualTo(1);
            assertThat(doubt.why())
                    .isEqualTo("0000:00:02.0 window 13: the kernel log begins after its last sizing;"
                            + " hidden size 0x1000 or 0; unassigned by the one, 0x1000-0x10ff by the other");
            assertThat(doubt.remedy()).hasValueSatisfying(r -> assertThat(r).contains("log_buf_len"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.176", "6.12.107", "6.16.3", "6.17.0"})
    void olderKernelsKeepNothingUnseen(String release) {
        Topology before = forgotten(starved(release));

        assertThat(Lab.model(before).applyAll(before, FIND_AGAIN).doubts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.18.9", "6.18.15", "7.2.12"})
    void historiesThatAgreeAreCertainAndWhatTheyAgreeOnIsKnownAfterwards(String release) {
        Topology before = forgotten(starved(release));

        Prediction rescan = Lab.model(before).apply(before, new Action.RescanAll());

        assertThat(rescan.doubts()).isEmpty();
        Resource window = Lab.row(rescan.after(), "00:02.0", 13);
        assertThat(window.retained()).hasValue(0x1000);
        assertThat(window.isDoubtful()).isFalse();
        assertThat(Lab.model(before).applyAll(rescan.after(), FIND_AGAIN).doubts())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.18.9", "6.18.15", "7.2.12"})
    void whereThereIsRoomForEverybodyNothingIsUncertain(String release) {
        Topology before =
                forgotten(Lab.closeEverything(twoPorts(Lab.bare(release).io(0x1000, 0xffff))));

        assertThat(Lab.model(before).applyAll(before, FIND_AGAIN).doubts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"remove:00:03.0", "unbind:02:00.0", "decode:02:00.0:off", "unplug:00:03.0"})
    void anActionThatPlacesNothingIsCertainAndLeavesTheQuestionOpen(String action) {
        Topology before = forgotten(starved("7.2.12"));

        Prediction prediction = Lab.model(before).apply(before, ActionParser.parse(action));

        assertThat(prediction.doubts()).isEmpty();
        assertThat(Lab.row(prediction.after(), "00:02.0", 13)).isEqualTo(Lab.row(before, "00:02.0", 13));
    }

    @Test
    void aBridgeThatIsFoundAgainHasForgotten() {
        Topology before = forgotten(starved("7.2.12"));
        List<Action> both = Stream.of("remove:00:02.0", "remove:00:03.0", "rescan")
                .map(ActionParser::parse)
                .toList();

        Prediction prediction = Lab.model(before).applyAll(before, both);

        assertThat(prediction.doubts()).isEmpty();
        assertThat(Lab.range(prediction.after(), "02:00.0", 1)).isPresent();
    }

    /** Whether the port keeps 4 KiB shows in nothing but what its switch's window above it keeps. */
    @Test
    void historiesThatDifferOnlyInWhatIsKeptUnseenAreCertainAndGoOn() {
        Topology known = Lab.bare("7.2.12")
                .memory(0xc0000000L, 0xfebfffffL)
                .port("00:02.0", "", PortType.ROOT_PORT, false, 1, 4)
                .port("01:00.0", "00:02.0", PortType.UPSTREAM_PORT, false, 2, 4)
                .port("02:00.0", "01:00.0", PortType.DOWNSTREAM_PORT, true, 3, 3)
                .port("02:01.0", "01:00.0", PortType.DOWNSTREAM_PORT, true, 4, 4)
                .scanned();
        Topology before = forgotten(known);

        Prediction rescan = Lab.model(before).apply(before, new Action.RescanAll());
        Prediction again = Lab.model(before).apply(rescan.after(), new Action.RescanAll());

        assertThat(rescan.doubts()).isEmpty();
        assertThat(again.doubts()).isEmpty();
        assertThat(rescan.after().functions())
                .flatExtracting(PciFunction::resources)
                .anySatisfy(r -> assertThat(r.mayKeep()).isPresent());
    }

    @Test
    void memoryWindowsCountUntil6189Only() {
        Predicate<Resource> memory = r -> r.index() == Resource.WINDOW_MEM;
        for (String release : new String[] {"6.18.9", "6.18.15", "7.2.12"}) {
            Topology before = forgotten(
                    Lab.bare(release)
                            .memory(0xfea00000L, 0xfebfffffL)
                            .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                            .port("00:03.0", "", PortType.ROOT_PORT, true, 2, 2)
                            .device("02:00.0", "00:03.0", "mem32=4K")
                            .scanned(),
                    memory);

            Prediction prediction = Lab.model(before).applyAll(before, FIND_AGAIN);

            assertThat(prediction.isCertain()).as(release).isEqualTo(!release.equals("6.18.9"));
        }
    }

    /** What the ports below ask for may have been tried, for a bridge that has no reserve of its own. */
    @Test
    void anUpstreamPortMayKeepTheSumOfThePortsBelow() {
        Topology known = Lab.bare("7.2.12")
                .memory(0xc0000000L, 0xfebfffffL)
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 4)
                .port("01:00.0", "00:02.0", PortType.UPSTREAM_PORT, false, 2, 4)
                .port("02:00.0", "01:00.0", PortType.DOWNSTREAM_PORT, true, 3, 3)
                .port("02:01.0", "01:00.0", PortType.DOWNSTREAM_PORT, true, 4, 4)
                .scanned();
        Topology before = forgotten(known);

        LiveTree tree =
                TreeReader.read(before, KernelGeneration.K71, KernelOptions.of(before.kernel()), new Trace(false));

        assertThat(tree.assumed())
                .filteredOn(a -> a.bridge().equals(Lab.at("01:00.0")))
                .singleElement()
                .satisfies(a -> assertThat(a.sizes()).containsExactly(0L, 0x2000L));
    }

    @Test
    void everyTwoWindowsAreSeenInAllCombinationsInFewRuns() {
        int ports = 24;
        Lab lab = Lab.bare("7.2.12").memory(0xc0000000L, 0xfebfffffL);
        for (int i = 0; i < ports; i++) {
            lab.port(String.format("00:%02x.0", i + 1), "", PortType.ROOT_PORT, true, i + 1, i + 1);
        }
        Topology before = forgotten(lab.scanned());
        List<Topology> played = new ArrayList<>(List.of(before));
        LiveTree tree =
                TreeReader.read(before, KernelGeneration.K71, KernelOptions.of(before.kernel()), new Trace(false));
        Histories.Run usual = new Histories.Run(new Prediction(before, List.of(), List.of()), tree.assumed());

        new Histories(before, usual, List.of(new Action.RescanAll()), other -> {
                    played.add(other);
                    return usual;
                })
                .prediction();

        assertThat(played).hasSizeLessThanOrEqualTo(2 + 2 * 5);
        for (int i = 1; i <= ports; i++) {
            for (int j = i + 1; j <= ports; j++) {
                String one = String.format("00:%02x.0", i);
                String two = String.format("00:%02x.0", j);
                assertThat(played.stream()
                                .map(t -> kept(t, one) + " " + kept(t, two))
                                .distinct())
                        .as("%s and %s", one, two)
                        .hasSize(4);
            }
        }
    }

    private static long kept(Topology topology, String port) {
        return Lab.row(topology, port, 13).retained().orElse(0x1000);
    }
}
