package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.config.Mode;
import io.barkeeper.control.View;
import io.barkeeper.diagnosis.History;
import io.barkeeper.hotplug.Uevent;
import io.barkeeper.journal.Journal;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.metrics.Instruments;
import io.barkeeper.nativeshim.NotifySocket;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SnapshotJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model of 7.2 held against a simulated machine, which does what 7.2 does or what another kernel does. */
class AuditorTest {

    private static final String SMALL = "hotplug:0000:02:03.0:mem32=4K";

    private static final String FAILING = "hotplug:0000:02:03.0:none,io=256,mem64pref=256M";

    @TempDir
    Path folder = Path.of("");

    private final Instruments instruments = new Instruments(
            "0", "7.2", "K71", Stream.of(Mode.values()).map(Mode::label).toList());
    private final ModeSwitch modes = new ModeSwitch(Mode.AUTOMATIC);
    private Topology start;
    private KernelModel model;
    private SimulatedMachine machine;
    private Auditor auditor;

    @BeforeEach
    void read() throws Exception {
        try (InputStream in = AuditorTest.class.getResourceAsStream("/snapshots/switch-7.2.json")) {
            start = SnapshotJson.parse(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        }
        model = KernelModels.forKernel(start.kernel());
        watch(model);
    }

    @AfterEach
    void close() {
        instruments.close();
    }

    private void watch(KernelModel reality) throws Exception {
        machine = new SimulatedMachine(start, reality);
        Equipment equipment = new Equipment(
                instruments, new Followers(), new Heartbeat(NotifySocket.fromEnvironment(Map.of()), () -> 0), () -> 0);
        BootMemory memory = BootMemory.load(folder, start.kernel().bootId());
        Conductor conductor = new Conductor(equipment, machine, Journal.open(folder.resolve("journal")), memory, modes);
        auditor = new Auditor(machine, conductor, equipment, new Misses(folder.resolve("misses")), start);
        machine.listen((action, address) -> auditor.heard(new Uevent(
                action,
                "/devices/" + address,
                Map.of("ACTION", action, "SUBSYSTEM", "pci", "PCI_SLOT_NAME", address.toString()))));
    }

    private boolean look() throws Exception {
        return auditor.needsAnotherLook(new View(machine.observe(), History.NONE, Map.of(), model, List.of()));
    }

    private void happens(String... actions) {
        for (String action : actions) {
            machine.inject(ActionParser.parse(action));
        }
    }

    private void assertCounts(int hits, int misses, int notJudged) {
        assertThat(instruments.scrape())
                .contains("barkeeper_predictions_total{result=\"hit\"} " + hits + ".0")
                .contains("barkeeper_predictions_total{result=\"miss\"} " + misses + ".0")
                .contains("barkeeper_predictions_total{result=\"not_judged\"} " + notJudged + ".0");
    }

    @Test
    void countsArrivalAndDepartureAsHits() throws Exception {
        happens(SMALL);
        assertThat(look()).isFalse();
        happens("unplug:0000:02:03.0");
        assertThat(look()).isFalse();

        assertCounts(2, 0, 0);
        assertThat(modes.inForce()).isEqualTo(Mode.AUTOMATIC);
    }

    @Test
    void followsSeveralEventsOfOneBurst() throws Exception {
        happens("unplug:0000:02:02.0", SMALL, "hotplug:0000:02:02.0:mem32=64K");
        assertThat(look()).isFalse();

        assertCounts(1, 0, 0);
    }

    @Test
    void saysNothingWhenNothingHappened() throws Exception {
        assertThat(look()).isFalse();

        assertCounts(0, 0, 0);
    }

    @Test
    void keepsAMissAndTakesAutomaticModeAway() throws Exception {
        watch(KernelModels.forRelease("6.1"));
        happens(SMALL);

        assertThat(look()).as("a miss must be seen twice").isTrue();
        assertCounts(0, 0, 0);
        assertThat(look()).isFalse();

        assertCounts(0, 1, 0);
        assertThat(modes.inForce()).isEqualTo(Mode.CONFIRM);
        assertThat(modes.reasons().toString()).contains("hotplug:0000:02:03.0:@plugged", "predicted unassigned");
        assertThat(BootMemory.load(folder, start.kernel().bootId()).missed()).isPresent();
        String kept = firstLine(folder.resolve("misses/00000001.triples.gz"));
        assertThat(kept)
                .contains("\"schema\":\"barkeeper.miss/1\"", "\"action\":\"hotplug:0000:02:03.0:@\"", "\"plugged\":[{");
    }

    private static String firstLine(Path file) throws IOException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return in.readLine();
        }
    }

    @Test
    void forgivesALookThatMetAHotAddHalfWay() throws Exception {
        Topology healthy = machine.observe();
        happens(SMALL);
        Topology done = machine.observe();
        Topology halfway = done.map(f -> healthy.find(f.address()).isEmpty()
                ? f.withResources(f.resources().stream()
                        .map(r -> io.barkeeper.pci.Resource.unassigned(
                                r.index(), r.kind(), r.flags(), r.size(), r.hardware()))
                        .toList())
                : f);

        assertThat(auditor.needsAnotherLook(new View(halfway, History.NONE, Map.of(), model, List.of())))
                .isTrue();
        assertThat(look()).isFalse();

        assertCounts(1, 0, 0);
    }

    @Test
    void doesNotJudgeWhatAHandDid() throws Exception {
        happens("remove:0000:05:00.0");
        look();
        assertCounts(1, 0, 0);
        happens("rescan");
        look();
        happens("remove:0000:05:00.0", "rescan");
        look();

        assertCounts(1, 0, 2);
        assertThat(modes.inForce()).isEqualTo(Mode.AUTOMATIC);
    }

    @Test
    void doesNotJudgeAHotAddThatSomebodyRescannedAfter() throws Exception {
        happens(FAILING, "rescan");
        assertThat(look()).isFalse();

        assertCounts(0, 0, 1);
    }

    @Test
    void doesNotJudgeADepartureThatSomebodyRescannedBefore() throws Exception {
        happens(FAILING);
        look();
        happens("rescan", "unplug:0000:02:03.0");
        assertThat(look()).isFalse();

        assertCounts(1, 0, 1);
    }

    @Test
    void doesNotJudgeAfterLostUevents() throws Exception {
        auditor.overflow();
        happens(SMALL);
        look();

        assertCounts(0, 0, 1);
    }

    @Test
    void doesNotJudgeItsOwnDoing() throws Exception {
        happens(SMALL);
        auditor.startFrom(machine.observe());
        look();

        assertCounts(0, 0, 0);
    }

    @Test
    void takesNoteOfAQuietChange() throws Exception {
        happens("align:0000:05:00.0:1M");
        auditor.idle(machine.observe());
        happens(SMALL);
        look();

        assertCounts(1, 0, 0);
    }
}
