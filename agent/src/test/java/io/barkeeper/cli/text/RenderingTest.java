package io.barkeeper.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers as JSON go in, text comes out. */
class RenderingTest {

    private static Answer json(String text) {
        return new Answer(JsonParser.parseString(text).getAsJsonObject());
    }

    private static String joined(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }

    @Test
    void listSpeaksTheVocabularyOfLspci() {
        Answer list = json("""
                {"schema": "barkeeper.list/1", "devices": [
                  {"address": "0000:00:01.0", "vendor": "0x1b36", "device": "0x000c", "class": "0x060400",
                   "driver": "pcieport", "hotplug": true, "slot": "3",
                   "bus": {"primary": 0, "secondary": 1, "subordinate": 1},
                   "movability": {"state": "free", "mayMove": true, "why": "a bridge: only what is below it matters"},
                   "resources": [
                     {"index": 13, "kind": "io", "size": "0x0", "state": "unassigned"},
                     {"index": 14, "kind": "mem", "size": "0x200000", "start": "0xfc000000", "end": "0xfc1fffff",
                      "hardware": "closed", "state": "assigned"}],
                   "troubles": []},
                  {"address": "0000:01:00.0", "vendor": "0x1234", "device": "0x11e8", "class": "0x120000",
                   "driver": null,
                   "movability": {"state": "free", "mayMove": true, "why": "no driver is bound to it"},
                   "resources": [
                     {"index": 0, "kind": "mem64pref", "size": "0x10000000", "state": "unassigned"},
                     {"index": 2, "kind": "io", "size": "0x20", "start": "0xe000", "end": "0xe01f",
                      "state": "assigned"}],
                   "troubles": [{"index": 0, "class": "fatal", "why": "nobody gave it 256 MiB"}]}]}
                """);

        assertThat(joined(ListText.of(list, 100))).isEqualTo("""
                        0000:00:01.0 PCI bridge [0604]: [1b36:000c]
                            Bus: primary=00, secondary=01, subordinate=01, hot-plug, slot 3
                            Kernel driver in use: pcieport
                            Movable (free): a bridge: only what is below it matters
                            I/O behind bridge: [disabled]
                            Memory behind bridge: fc000000-fc1fffff [size=2M] [registers: closed]

                        0000:01:00.0 Processing accelerators [1200]: [1234:11e8]
                            No driver
                            Movable (free): no driver is bound to it
                            Region 0: Memory at <unassigned> (64-bit, prefetchable) [size=256M]  <- fatal
                                nobody gave it 256 MiB
                            Region 2: I/O ports at e000 [size=32]
                        """);
    }

    @Test
    void checkHasOneLineForEachTroubleHoweverNarrowTheTerminal() {
        Answer check = json("""
                {"healthy": false, "troubles": [
                  {"address": "0000:01:00.0", "index": 0, "kind": "mem64pref", "size": "0x10000000",
                   "class": "fatal", "why": "BAR 0 (mem64pref, 256 MiB) has no address; the largest free piece above it is 2 MiB"},
                  {"address": "0000:00:01.0", "index": 13, "kind": "io", "size": null, "class": "cosmetic",
                   "why": "io window: nobody below needs it"}]}
                """);

        assertThat(joined(CheckText.of(check))).isEqualTo("""
                        fatal      0000:01:00.0 BAR 0 (mem64pref, 256 MiB) has no address; the largest free piece above it is 2 MiB
                        cosmetic   0000:00:01.0 io window: nobody below needs it
                        """);
    }

    @Test
    void mapDrawsTheTreeWithItsGaps() {
        Answer map = json("""
                {"hostBridges": [{"address": "0000:00", "bus": 0, "lastBus": 255, "apertures": [
                  {"kind": "mem", "start": "0xfc000000", "end": "0xffffffff", "size": "0x4000000",
                   "free": "0x3e00000", "largestFree": "0x3e00000", "contents": [
                     {"type": "window", "address": "0000:00:01.0", "index": 14, "kind": "mem",
                      "start": "0xfc000000", "end": "0xfc1fffff", "size": "0x200000", "secondary": 1,
                      "subordinate": 1, "free": "0x1fc000", "largestFree": "0x1fc000", "contents": [
                        {"type": "bar", "address": "0000:01:00.0", "index": 0, "kind": "mem64",
                         "start": "0xfc000000", "end": "0xfc003fff", "size": "0x4000", "driver": "nvme",
                         "pinned": true, "why": "mounted on /"},
                        {"type": "gap", "start": "0xfc004000", "end": "0xfc1fffff", "size": "0x1fc000"}]},
                     {"type": "gap", "start": "0xfc200000", "end": "0xffffffff", "size": "0x3e00000"}]}]}],
                 "outside": [], "unassigned": [
                   {"address": "0000:01:00.1", "index": 0, "kind": "mem64pref", "size": "0x10000000"}]}
                """);

        assertThat(joined(MapText.of(map, 120))).isEqualTo("""
                        Host bridge 0000:00 [bus 00-ff]
                          0xfc000000-0xffffffff        64 MiB  aperture mem, 62 MiB free
                            0xfc000000-0xfc1fffff         2 MiB  0000:00:01.0 bridge window mem [bus 01-01], 2032 KiB free
                              0xfc000000-0xfc003fff        16 KiB  0000:01:00.0 BAR 0 mem64 nvme, pinned: mounted on /
                              0xfc004000-0xfc1fffff      2032 KiB  -- free --
                            0xfc200000-0xffffffff        62 MiB  -- free --

                        Without an address:
                          0000:01:00.1 BAR 0 mem64pref, 256 MiB
                        """);
    }

    @Test
    void aFeasiblePlanShowsStepsWithTheirWritesAndTheWayBack() {
        Answer plan = json("""
                {"id": "p1", "outcome": "feasible", "newcomers": ["0000:06:00.0"],
                 "disturbs": [{"address": "0000:04:00.0", "driver": "nvme", "cost": 7},
                              {"address": "0000:02:00.0", "driver": "pcieport", "cost": 0, "bridge": true}],
                 "steps": [{"action": "remove:0000:02:00.0",
                            "write": "echo 1 > /sys/bus/pci/devices/0000:02:00.0/remove"}],
                 "gained": [{"address": "0000:06:00.0", "index": 0, "from": null,
                             "to": {"start": "0x800000000", "end": "0x80fffffff"}}],
                 "fallback": {"proven": true, "steps": [{"action": "rescan", "write": "echo 1 > /sys/bus/pci/rescan"}]},
                 "rejected": [{"what": "0000:03:00.0 alone", "why": "its window stays too small"}]}
                """);

        assertThat(joined(PlanText.of(plan, 100))).isEqualTo("""
                        Plan p1 places 0000:06:00.0.

                        Steps, in this order:
                           1. remove:0000:02:00.0
                                echo 1 > /sys/bus/pci/devices/0000:02:00.0/remove

                        These devices are taken out for a moment and come back:
                          0000:04:00.0 driver nvme, cost 7
                          with the bridges 0000:02:00.0

                        Predicted result:
                          gained  0000:06:00.0 BAR 0 at 0x800000000-0x80fffffff

                        If a step fails, this is the way back; it is proven on the kernel model, from every state in which a
                        step can fail and with the newcomer still present:
                           1. rescan
                                echo 1 > /sys/bus/pci/rescan

                        Not chosen:
                          - 0000:03:00.0 alone: its window stays too small
                        """);
    }

    @Test
    void aRefusalNamesWhoStandsInTheWayAndWhatToTry() {
        Answer plan = json("""
                {"outcome": "refused", "newcomers": ["0000:06:00.0"], "obstacles": [
                  {"address": "0000:04:00.0", "why": "mounted on /data", "remedy": "umount /data"}]}
                """);

        assertThat(joined(PlanText.of(plan, 100)))
                .contains("0000:04:00.0: mounted on /data")
                .contains("try: umount /data");
    }

    @Test
    void anInfeasiblePlanSaysHowManyBytesAreMissingWhere() {
        Answer plan = json("""
                {"outcome": "infeasible", "newcomers": ["0000:06:00.0"], "certificate": {
                  "container": "aperture [mem 0x80000000-0xafffffff] of 0000:00", "capacity": "0x30000000",
                  "needed": "0x40000000", "missing": "0x10000000", "pinned": [], "remedy": "a smaller BAR"}}
                """);

        assertThat(joined(PlanText.of(plan, 200)))
                .contains("offers 768 MiB at most, 1 GiB must go in there: 256 MiB are missing");
    }

    @Test
    void simulationTellsGainedMovedLostAndDoubt() {
        Answer simulation = json("""
                {"generation": "6.12 (K612)",
                 "gained": [{"address": "0000:06:00.0", "index": 0, "from": null, "to": "0x1000-0x1fff"}],
                 "moved": [{"address": "0000:04:00.0", "index": 2, "from": {"start": "0x1", "end": "0x2"},
                            "to": {"start": "0x3", "end": "0x4"}}],
                 "lost": [], "uncertain": [{"address": "0000:05:00.0", "index": -1, "why": "its size is unknown",
                   "remedy": "look again"}]}
                """);

        assertThat(joined(SimulationText.of(simulation, 100))).isEqualTo("""
                        Kernel model 6.12 (K612)
                          gained  0000:06:00.0 BAR 0 at 0x1000-0x1fff
                          moved   0000:04:00.0 BAR 2 from 0x1-0x2 to 0x3-0x4
                          uncertain 0000:05:00.0: its size is unknown
                          to know   look again
                        """);
    }

    @Test
    void paragraphsFitTheTerminal() {
        List<String> lines = new Lines(40)
                .wrapped("  - ", "one two three four five six seven eight nine ten eleven")
                .asList();

        assertThat(lines).hasSizeGreaterThan(1).allMatch(l -> l.length() <= 40);
        assertThat(lines.get(1)).startsWith("    ");
    }

    @Test
    void anAnswerWithoutAnythingIsRenderedAllTheSame() {
        Answer empty = json("{}");

        assertThat(ListText.of(empty, 80)).isEmpty();
        assertThat(MapText.of(empty, 80)).isEmpty();
        assertThat(PlanText.of(empty, 80)).isNotEmpty();
        assertThat(ExplainText.of(empty, 80)).isNotEmpty();
        assertThat(SimulationText.of(empty, 80)).isNotEmpty();
    }

    @Test
    void aPlanOfTwoRoundsShowsEachWithItsOwnWayBackAndWhatIsLost() {
        Answer plan = json("""
                {"outcome": "feasible", "id": "abc", "newcomers": ["0000:06:00.0"], "disturbs": [],
                 "steps": [{"action": "rescan", "write": ""}, {"action": "rescan", "write": ""}],
                 "forgets": ["the I/O scheduler and other queue settings of nvme0n1"],
                 "fallback": {"proven": true, "steps": []},
                 "rounds": [
                   {"steps": [{"action": "remove:0000:03:00.0", "write": ""}, {"action": "rescan", "write": ""}],
                    "fallback": {"proven": true, "steps": [{"action": "rescan", "write": ""}]}},
                   {"steps": [{"action": "remove:0000:04:00.0", "write": ""}],
                    "fallback": {"proven": true, "steps": [{"action": "remove:0000:04:00.0", "write": ""}]}}]}
                """);

        assertThat(joined(PlanText.of(plan, 120)))
                .contains("in 2 rounds", "Round 1\n   1. remove:0000:03:00.0\n", "Round 2\n   1. remove:0000:04:00.0\n")
                .contains("If a step of round 1 fails, this is the way back")
                .contains("If a step of round 2 fails, the way back is the same steps again")
                .contains("  the I/O scheduler and other queue settings of nvme0n1\n");
    }
}
