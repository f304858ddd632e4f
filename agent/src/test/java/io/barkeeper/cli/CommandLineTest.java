package io.barkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.barkeeper.testkit.CapturedTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole command lines on captured trees and without a daemon: what they print, and what they exit with. */
class CommandLineTest {

    @TempDir
    private static Path trees;

    private static String before = "";
    private static String after = "";

    @BeforeAll
    static void unpack() throws IOException {
        before = CapturedTree.unpack("switch-6.1-before", trees.resolve("before"))
                .toString();
        after = CapturedTree.unpack("switch-6.1-after", trees.resolve("after")).toString();
    }

    private static Ran run(String... words) {
        return fed("", words);
    }

    private static Ran fed(String input, String... words) {
        return Ran.of(new Surroundings(trees.resolve("no.sock"), trees.resolve("before"), false), input, words);
    }

    @Test
    void checkExitsTenWhereADeviceDoesNotWorkAndZeroWhereAllDo() {
        assertThat(run("--sysroot", before, "check").exit()).isZero();
        Ran broken = run("--sysroot", after, "check");

        assertThat(broken.exit()).isEqualTo(10);
        assertThat(broken.out().lines())
                .anyMatch(l -> l.startsWith("fatal      0000:06:00.0 BAR 2 (mem64pref, 256 MiB)"));
        assertThat(run("--sysroot", after, "check", "--json").exit()).isEqualTo(10);
    }

    @Test
    void optionsMayStandBeforeAndAfterTheVerb() {
        assertThat(run("list", "--json", "--sysroot", after).json())
                .isEqualTo(run("--sysroot", after, "--json", "list").json());
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "map", "check", "explain 0000:06:00.0", "snapshot", "simulate rescan"})
    void aTreeAndItsSnapshotGiveTheSameBytes(String verb) {
        String snapshot = run("--sysroot", after, "snapshot", "--json").out();
        String[] fromTree = ("--json --sysroot " + after + " " + verb).split(" ", -1);
        String[] fromSnapshot = ("--json --snapshot - " + verb).split(" ", -1);

        Ran tree = run(fromTree);
        assertThat(tree.json().get("schema").getAsString()).startsWith("barkeeper.");
        assertThat(fed(snapshot, fromSnapshot).out()).isEqualTo(tree.out());
    }

    @Test
    void aSnapshotIsWrittenToAFile() throws IOException {
        Path file = trees.resolve("written.json");

        assertThat(run("--sysroot", after, "snapshot", "-o", file.toString()).exit())
                .isZero();
        assertThat(Files.readString(file))
                .isEqualTo(run("--sysroot", after, "snapshot").out());
    }

    @Test
    void thePageOfAMachineInTroubleShowsThePresentThePlanAndWhatItWouldLeave() throws IOException {
        Path file = trees.resolve("map.html");
        Files.writeString(file, "what was there before");

        Ran ran = run("--sysroot", after, "map", "--html", file.toString());

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).isEmpty();
        assertThat(Files.readString(file))
                .startsWith("<!DOCTYPE html>")
                .contains(">Now<", ">Plan<", ">After the plan, as predicted<")
                .contains("0000:06:00.0", "0x100000000-0x10fffffff");
        assertThat(run("--sysroot", before, "map", "--html", "-").out())
                .contains("only the present is shown")
                .doesNotContain(">After the plan");
        assertThat(trees).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void aPageThatCannotBeWrittenHasACodeAndTwoFormsAtOnceAreAMistake() {
        Ran nowhere = run("--sysroot", after, "map", "--html", trees + "/no/such/map.html");

        assertThat(nowhere.exit()).isEqualTo(1);
        assertThat(nowhere.err()).contains("BK-OUTPUT");
        assertThat(run("--sysroot", after, "--json", "map", "--html", "-").exit())
                .isEqualTo(2);
    }

    @Test
    void whatWasPinnedStaysPinnedWhereNoDaemonRuns() throws IOException {
        Path pins = Files.createDirectories(trees.resolve("before/var/lib/barkeeper"))
                .resolve("pins.json");
        try {
            Files.writeString(pins, """
                    {"schema": "barkeeper.pins/1", "pins": [
                      {"address": "0000:05:00.0", "path": "0000:00:01.0/00.0/02.0/00.0", "ids": "1234:11e8"}]}
                    """);
            assertThat(run("map").out()).contains("0000:05:00.0 BAR 2 mem64pref, pinned");

            Files.writeString(pins, "not JSON");
            Ran damaged = run("map");
            assertThat(damaged.exit()).isZero();
            assertThat(damaged.err()).contains("the pinned devices cannot be read");
        } finally {
            Files.delete(pins);
        }
    }

    @Test
    void aReserveOfTheConfigurationIsWarnedOfAndPlannedFor() throws IOException {
        Path config = trees.resolve("reserve.toml");
        Files.writeString(config, """
                [[reserve]]
                port = "0000:00:01.0/00.0/03.0"
                size = "256M"
                """);
        String[] there = {"--sysroot", before, "--config", config.toString()};

        Ran check = run(there[0], there[1], there[2], there[3], "check");
        Ran plan = run(there[0], there[1], there[2], there[3], "plan", "--reserve");
        Ran named = run("--sysroot", before, "plan", "--reserve", "0000:02:03.0=256M");

        assertThat(check.exit()).isZero();
        assertThat(check.out())
                .contains("mem64pref=256M, would not fit into port 0000:02:03.0")
                .contains("'barkeeper plan --reserve'");
        assertThat(plan.exit()).isZero();
        assertThat(plan.out()).isEqualTo(named.out()).startsWith("Plan ");
        Ran nothing = run("--sysroot", before, "plan", "--reserve");
        assertThat(nothing.exit()).isEqualTo(2);
        assertThat(nothing.err()).contains("BK-NO-RESERVE", "has no [[reserve]]");
    }

    @Test
    void aCardOfAnotherSnapshotIsPluggedInAndEndsWhereTheKernelPutIt() {
        Path file = trees.resolve("card.json");
        assertThat(run("--sysroot", after, "snapshot", "-o", file.toString()).exit())
                .isZero();
        JsonObject simulation = run(
                        "--sysroot", before, "--json", "simulate", "hotplug:0000:02:03.0:@" + file + "#0000:06:00.0")
                .json();

        JsonObject real = JsonParser.parseString(
                        run("--sysroot", after, "snapshot").out())
                .getAsJsonObject();
        assertThat(places(simulation.getAsJsonObject("after"))).isEqualTo(places(real));
    }

    /** Address, row and start of every resource that has an address. */
    private static List<String> places(JsonObject snapshot) {
        List<String> places = new ArrayList<>();
        for (JsonElement device : snapshot.getAsJsonArray("devices")) {
            for (JsonElement resource : device.getAsJsonObject().getAsJsonArray("resources")) {
                if (resource.getAsJsonObject().has("start")) {
                    places.add(device.getAsJsonObject().get("address").getAsString() + " "
                            + resource.getAsJsonObject().get("index") + " "
                            + resource.getAsJsonObject().get("start"));
                }
            }
        }
        Collections.sort(places);
        return places;
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-file.json", "card.json#0000:77:00.0", "card.json#nonsense", "card.json", "#", ""})
    void aCardThatCannotBeReadIsSaidInOneSentence(String name) {
        assertThat(run(
                                "--sysroot",
                                after,
                                "snapshot",
                                "-o",
                                trees.resolve("card.json").toString())
                        .exit())
                .isZero();
        Ran run = run("--sysroot", before, "simulate", "hotplug:0000:02:03.0:@" + trees.resolve(name));

        assertThat(run.exit()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains("BK-").doesNotContain("Exception");
    }

    @Test
    void aPasteIsImportedAndItsTroubleIsNamed() throws IOException {
        Path file = trees.resolve("imported.json");
        String paste = """
                [    1.000000] pci_bus 0000:00: root bus resource [mem 0xe0000000-0xe00fffff window]
                [    1.100000] pci 0000:00:03.0: [1af4:1000] type 00 class 0x020000 conventional PCI endpoint
                [    1.200000] pci 0000:00:03.0: BAR 0 [mem size 0x01000000]: can't assign; no space
                [    1.300000] pci 0000:00:03.0: BAR 0 [mem size 0x01000000]: failed to assign
                """;

        Ran imported = fed(paste, "--kernel", "6.12.1", "import", "-", "-o", file.toString());
        Ran check = run("--snapshot", file.toString(), "check");

        assertThat(imported.exit()).isZero();
        assertThat(imported.err()).contains("note: BK-NOTE-NO-LSPCI: there is no output of lspci");
        assertThat(check.exit()).isEqualTo(10);
        assertThat(check.out()).startsWith("fatal      0000:00:03.0 BAR 0 (mem32, 16 MiB) has no address");
        assertThat(fed(paste, "--kernel", "6.12.1", "import", "-").out()).isEqualTo(Files.readString(file));
    }

    @Test
    void whatIsNoPasteIsAnErrorWithACode() {
        Ran nothing = fed("Dear all,\n", "import", "--json", "-");

        assertThat(nothing.exit()).isEqualTo(1);
        assertThat(nothing.error().get("code").getAsString()).isEqualTo("BK-PASTE-NOTHING");
        assertThat(run("import").exit()).isEqualTo(2);
        assertThat(run("import", "--dmesg", trees.resolve("nowhere").toString()).err())
                .contains("[BK-PASTE-UNREADABLE]");
    }

    @Test
    void planOnTheSwitchSceneIsFeasibleAndSaysHow() {
        Ran plan = run("--sysroot", after, "plan", "--for", "06:00.0");

        assertThat(plan.exit()).isZero();
        assertThat(plan.out())
                .contains("echo 1 > /sys/bus/pci/devices/0000:01:00.0/remove")
                .contains("0000:06:00.0 BAR 2")
                .contains("proven");
    }

    @Test
    void nothingToDoExitsZero() {
        Ran plan = run("--sysroot", before, "plan", "--json");

        assertThat(plan.exit()).isZero();
        assertThat(plan.json().get("outcome").getAsString()).isEqualTo("nothing-to-do");
    }

    @Test
    void explainNamesTheWindowThatIsTooSmallAndWhatWouldHelp() {
        Ran explain = run("--sysroot", after, "explain", "0000:06:00.0");

        assertThat(explain.exit()).isZero();
        assertThat(explain.out())
                .contains("Region 2: Memory at <unassigned> (64-bit, prefetchable) [size=256M], required")
                .contains("What would help:")
                .contains("barkeeper apply --for 0000:06:00.0");
    }

    @Test
    void simulatedRemovalLosesWhatWasBelow() {
        JsonObject simulation = run("--sysroot", before, "--json", "simulate", "remove:0000:03:00.0")
                .json();

        assertThat(simulation.get("schema").getAsString()).isEqualTo("barkeeper.simulation/1");
        assertThat(simulation
                        .getAsJsonArray("lost")
                        .get(0)
                        .getAsJsonObject()
                        .get("address")
                        .getAsString())
                .isEqualTo("0000:03:00.0");
    }

    @Test
    void anotherKernelIsModelledWhenAskedFor() {
        Ran run = run("--sysroot", before, "--kernel", "7.2.1", "--json", "simulate", "rescan");

        assertThat(run.json().get("generation").getAsString()).startsWith("7.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nosuchverb",
                "list --nosuchoption",
                "explain",
                "explain nonsense",
                "simulate",
                "simulate explode:0000:03:00.0",
                "plan --for 1",
                "mode sometimes",
                "--snapshot - --sysroot . list"
            })
    void whatCannotBeUnderstoodExitsTwo(String words) {
        String[] line = words.isEmpty() ? new String[0] : words.split(" ", -1);
        Ran run = words.startsWith("mode") || words.startsWith("--")
                ? run(line)
                : run(join(new String[] {"--sysroot", after}, line));

        assertThat(run.exit()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains("BK-").doesNotContain("\tat ");
    }

    private static String[] join(String[] a, String[] b) {
        String[] all = new String[a.length + b.length];
        System.arraycopy(a, 0, all, 0, a.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    @Test
    void whatIsNoSysrootIsAnErrorWithACode() {
        Ran run = run("--sysroot", trees.resolve("nowhere").toString(), "--json", "list");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.error().get("code").getAsString()).isEqualTo("BK-NOT-A-SYSROOT");
        assertThat(run.error().get("exit").getAsInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "[]", "{}", "{\"schema\": \"barkeeper.snapshot/1\"}", "{\"schema\": 1"})
    void whatIsNoSnapshotIsAnErrorAndNoStackTrace(String text) {
        Ran run = fed(text, "--snapshot", "-", "list");

        assertThat(run.exit()).as(run.err()).isEqualTo(1);
        assertThat(run.err())
                .contains("BK-SNAPSHOT")
                .doesNotContain("BK-INTERNAL")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "'--snapshot /dev/zero list', the snapshot /dev/zero has more than 32 MiB, BK-SNAPSHOT-TOO-LARGE",
        "import --dmesg /dev/zero, /dev/zero has more than 16 MiB, BK-PASTE-TOO-LARGE"
    })
    void aFileWithoutAnEndIsAnErrorBeforeTheMemoryIsGone(String words, String message, String code) {
        Ran run = run(words.split(" "));

        assertThat(run.exit()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains(message, "[" + code + "]");
    }

    @Test
    void aMissingSnapshotFileIsAnError() {
        assertThat(run("--snapshot", "/nowhere/x.json", "list").exit()).isEqualTo(1);
    }

    @Test
    void aDeviceThatIsNotThereExitsOne() {
        Ran run = run("--sysroot", after, "explain", "0000:77:00.0");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("BK-NO-DEVICE").contains("barkeeper list");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "mode", "history", "events", "apply --yes"})
    void verbsOfTheDaemonExitSevenWithoutOne(String verb) {
        Ran run = run(verb.split(" ", -1));

        assertThat(run.exit()).isEqualTo(7);
        assertThat(run.err()).contains("BK-NO-DAEMON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "simulate rescan"})
    void onTheLiveMachineWithoutRootAPlanIsNotPermitted(String verb) {
        Ran run = run(verb.split(" ", -1));

        assertThat(run.exit()).isEqualTo(8);
        assertThat(run.err()).contains("BK-PRIVILEGE");
    }

    @Test
    void aNamedSocketMustAnswer() {
        assertThat(run("--socket", trees.resolve("other.sock").toString(), "list")
                        .exit())
                .isEqualTo(7);
    }

    @Test
    void notesGoToTheErrorOutputOnly() {
        Ran run = run("--sysroot", after, "--json", "check");

        assertThat(run.err()).contains("note: nobody can be asked who uses a device here");
        assertThat(run.json().get("schema").getAsString()).isEqualTo("barkeeper.check/1");
    }

    @Test
    void helpListsEveryVerb() {
        Ran help = run("--help");

        assertThat(help.exit()).isZero();
        assertThat(help.out())
                .contains("status", "list", "map", "check", "explain", "plan", "apply")
                .contains("snapshot", "simulate", "events", "history", "mode");
    }

    @Test
    void configCheckListsEveryMistakeAndExitsTwo(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("b.toml"), "mode = \"fast\"\n[settle]\nquiet = 3\n");
        Ran bad = run("config", "check", "--config", file.toString());

        assertThat(bad.exit()).isEqualTo(2);
        assertThat(bad.out().lines()).hasSize(2).first().asString().startsWith(file + ":1:1: mode: ");
        assertThat(run("--json", "--config", file.toString(), "config", "check")
                        .json()
                        .getAsJsonArray("mistakes"))
                .hasSize(2);

        Files.writeString(file, "mode = \"confirm\"\n");
        assertThat(run("config", "check", "--config", file.toString()).exit()).isZero();
        assertThat(run(
                                "config",
                                "check",
                                "--config",
                                folder.resolve("none.toml").toString())
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void configShowNamesTheOriginOfEachValue(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("b.toml"), "mode = \"confirm\"\n");
        Ran shown = run("config", "show", "--config", file.toString());

        assertThat(shown.exit()).isZero();
        assertThat(shown.out().lines())
                .anyMatch(l -> l.matches("mode = \"confirm\" +# .*b.toml:1"))
                .anyMatch(l -> l.matches("settle.quiet = \"500ms\" +# default"));
        assertThat(run("config").exit()).isEqualTo(2);
    }

    @Test
    void everyVerbHasHelp() {
        for (String name : Manual.commands().keySet()) {
            String[] words = (name.replaceFirst("^barkeeper-?", "").replace('-', ' ') + " --help")
                    .strip()
                    .split(" ");
            Ran help = run(words);
            assertThat(help.exit()).as(name).isZero();
            assertThat(help.out()).as(name).contains("Usage: barkeeper");
        }
    }
}
