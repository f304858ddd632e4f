package io.barkeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The model says why, in the words of the kernel log. */
class TraceTest {

    private static final String NEWCOMER = "hotplug:00:02.0:mem32=64M";

    /** A root bus with one memory aperture of 64 MiB, of which an endpoint in front of the port takes 16 MiB. */
    private static Topology crowded(String release) {
        return Lab.bare(release)
                .io(0x1000, 0xffff)
                .memory(0xf0000000L, 0xf3ffffffL)
                .device("00:01.0", "", "mem32=16M")
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .scanned();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0", "6.12.0", "6.18.15", "7.2.0"})
    void aFailureNamesTheWindowTheGapsAndWhoSitsThere(String release) {
        Topology before = crowded(release);

        List<String> trace = texts(Lab.model(before).traced().apply(before, ActionParser.parse(NEWCOMER)));

        int failure =
                indexOfFirst(trace, "pci 0000:00:02.0: bridge window [mem size 0x04000000]: can't assign; no space");
        assertThat(trace.get(failure + 1))
                .startsWith("  no gap of 0x4000000 in root bus resource [mem 0xf0000000-0xf3ffffff]: free are 0x")
                .contains("0000:00:01.0 BAR 0 at [mem 0xf0000000-0xf0ffffff]");
        assertThat(trace)
                .anyMatch(line -> line.startsWith("pci 0000:01:00.0: BAR 0 [mem size 0x04000000]: can't assign"));
    }

    @Test
    void aSuccessNamesTheWindowsThatWereFullAndTheOneThatWasNot() {
        Topology before = Lab.bare("6.1.0")
                .memory(0xf0000000L, 0xf00fffffL)
                .memory(0xf2000000L, 0xf3ffffffL)
                .device("00:01.0", "", "mem32=16M")
                .unscanned();

        List<String> trace = texts(Lab.model(before).traced().apply(before, new Action.RescanAll()));

        assertThat(trace)
                .containsSequence(
                        "pci 0000:00:01.0: BAR 0 [mem 0xf2000000-0xf2ffffff]: assigned",
                        "  no gap of 0x1000000 in root bus resource [mem 0xf0000000-0xf00fffff]",
                        "  lowest fit for 0x1000000 in root bus resource [mem 0xf2000000-0xf3ffffff]");
    }

    @Test
    void aGapThatOnlySeemsLargeEnoughIsTold() {
        Topology before = Lab.bare("6.1.0")
                .memory(0xf0100000L, 0xf10fffffL)
                .device("00:01.0", "", "mem32=16M")
                .unscanned();

        assertThat(texts(Lab.model(before).traced().apply(before, new Action.RescanAll())))
                .contains("  no gap of 0x1000000 in root bus resource [mem 0xf0100000-0xf10fffff]:"
                        + " free are 0x1000000 at 0xf0100000 (no fit at alignment 0x1000000)");
    }

    @Test
    void everyLineKnowsItsFunctionAndRow() {
        Topology before = crowded("6.1.0");

        List<TraceLine> trace = Lab.model(before)
                .traced()
                .apply(before, ActionParser.parse(NEWCOMER))
                .trace();

        assertThat(trace)
                .filteredOn(line -> line.text().startsWith("pci 0000:01:00.0: BAR 0"))
                .isNotEmpty()
                .allMatch(line -> line.subject().equals(Optional.of(Lab.at("0000:01:00.0"))) && line.index() == 0);
    }

    @Test
    void nothingIsWrittenUnlessAsked() {
        Topology before = crowded("6.1.0");

        assertThat(Lab.model(before).apply(before, ActionParser.parse(NEWCOMER)).trace())
                .isEmpty();
    }

    private static List<String> texts(Prediction prediction) {
        return prediction.trace().stream().map(TraceLine::text).toList();
    }

    private static int indexOfFirst(List<String> trace, String line) {
        assertThat(trace).contains(line);
        return trace.indexOf(line);
    }
}
