package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.JournalReader;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.testing.TreeBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A card whose BAR somebody has resized loses its power while it is out, and comes back with the size of the factory. */
class ResizedBarTest {

    private static final KernelModel MODEL = KernelModels.forRelease("7.2.13");
    private static final PciAddress CARD = PciAddress.parse("0000:01:00.0");
    private static final ResourceId BAR = new ResourceId(CARD, 0);
    private static final long SIZE = 256 << 20;
    private static final long FACTORY = 64 << 20;

    @TempDir
    Path folder = Path.of("");

    private final Plan plan = plan();
    private int journals;

    private static Plan plan() {
        Topology built = TreeBuilder.bare("7.2.13")
                .aperture(true, 0xd00, 0xf300)
                .aperture(false, 0x8000_0000L, TreeBuilder.mib(64))
                .aperture(false, 0x1_0000_0000L, TreeBuilder.mib(1024))
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .endpoint("01:00.0", "00:01.0", 0x030200, PortType.ENDPOINT, "gpu")
                .unplaced(0, ResourceKind.MEM64_PREF, SIZE)
                .build();
        Topology start = MODEL.apply(built.with(List.of(), built.functions()), new Action.RescanAll())
                .after();
        List<Action> actions = Stream.of(
                        "unbind:0000:01:00.0", "decode:0000:01:00.0:off", "remove:0000:01:00.0", "rescan:0000:00:01.0")
                .map(ActionParser::parse)
                .toList();
        Topology after = MODEL.applyAll(start, actions).after();
        Plan.Round round = new Plan.Round(List.of(CARD), actions, after, new Plan.Fallback(true, actions, after));
        return new Plan("by-hand", List.of(), List.of(), List.of(round), start, after, List.of(), List.of());
    }

    private SimulatedMachine machine() {
        SimulatedMachine machine = machineThatCannotResize();
        machine.resizable(BAR);
        return machine;
    }

    /** Whenever the card is found, it is found with the size of the factory, and its driver takes it so. */
    private SimulatedMachine machineThatCannotResize() {
        SimulatedMachine machine = new SimulatedMachine(plan.start(), MODEL);
        machine.listen((action, address) -> {
            if (action.equals("add") && address.equals(CARD)) {
                machine.inject(new Action.Unbind(CARD));
                machine.inject(new Action.Resize(CARD, 0, FACTORY));
                machine.inject(new Action.Bind(CARD, "gpu"));
            }
        });
        return machine;
    }

    private Path journal() {
        return folder.resolve("journal-" + journals++);
    }

    private TransactionReport run(Machine machine, Path journal) throws IOException {
        return new TransactionDriver().run(plan, machine, Journal.open(journal), ProgressListener.NONE);
    }

    private static void isAsBefore(SimulatedMachine machine, String when) throws MachineException {
        PciFunction card = machine.observe().get(CARD);
        Resource bar = card.resource(0).orElseThrow();
        assertThat(bar.size()).as(when).isEqualTo(OptionalLong.of(SIZE));
        assertThat(bar.isAssigned()).as(when).isTrue();
        assertThat(card.driver()).as(when).contains("gpu");
    }

    @Test
    void hasItsEarlierSizeAgainBeforeItsDriverIsBound() throws Exception {
        SimulatedMachine machine = machine();
        Path journal = journal();

        TransactionReport report = run(machine, journal);

        assertThat(report.outcome()).as(report.message()).isEqualTo(Verdict.ROLLED_BACK);
        assertThat(report.message())
                .startsWith("BK-MISMATCH")
                .contains("has 0x4000000 bytes, not 0x10000000", "everything that worked before works");
        isAsBefore(machine, "at the end");
        assertThat(written(journal))
                .containsSubsequence(
                        "rescan:0000:00:01.0",
                        "quiesce 0000:01:00.0",
                        "resize:0000:01:00.0:0:256M",
                        "bind:0000:01:00.0:gpu");
    }

    private static List<String> written(Path journal) throws IOException {
        return JournalReader.list(journal).get(0).entries().stream()
                .filter(Entry.Before.class::isInstance)
                .map(e -> ((Entry.Before) e).effect())
                .toList();
    }

    @Test
    void isResizedByANewDaemonWhereverTheOldOneWasKilled() throws Exception {
        SimulatedMachine plain = machine();
        run(plain, journal());
        for (int at = 1; at <= plain.performed().size(); at++) {
            for (Death death : Death.values()) {
                String when = "killed " + death + " effect " + at;
                SimulatedMachine machine = machine();
                Path journal = journal();

                List<TransactionReport> reports = death.at(at, plan, machine, journal);

                isAsBefore(machine, when);
                assertThat(reports)
                        .as(when)
                        .extracting(TransactionReport::outcome)
                        .containsExactly(Verdict.ROLLED_BACK);
                assertThat(numbers(journal)).as(when).isSorted().doesNotHaveDuplicates();
            }
        }
    }

    private static List<Integer> numbers(Path journal) throws IOException {
        return JournalReader.list(journal).get(0).entries().stream()
                .filter(Entry.Before.class::isInstance)
                .map(e -> ((Entry.Before) e).number())
                .toList();
    }

    @Test
    void aResizeThatFailsOnceIsTriedAgain() throws Exception {
        SimulatedMachine plain = machine();
        run(plain, journal());
        for (int at = 1; at <= plain.performed().size(); at++) {
            SimulatedMachine machine = machine();
            machine.plan(Fault.errno(at, 16));

            TransactionReport report = run(machine, journal());

            String when = "errno at " + at + ": " + report.message();
            assertThat(report.outcome()).as(when).isEqualTo(Verdict.ROLLED_BACK);
            isAsBefore(machine, when);
        }
    }

    @Test
    void oneThatCannotBeResizedHasItsDriverAndTheReportSaysWhatIsMissing() throws Exception {
        SimulatedMachine machine = machineThatCannotResize();
        Path journal = journal();

        TransactionReport report = run(machine, journal);

        assertThat(report.outcome()).isEqualTo(Verdict.FAILED);
        assertThat(report.message())
                .contains("not wholly rolled back: 0000:01:00.0 BAR 0 has 0x4000000 bytes, not 0x10000000");
        assertThat(report.notes()).anyMatch(n -> n.startsWith("resize:0000:01:00.0:0:256M"));
        assertThat(machine.observe().get(CARD).driver()).contains("gpu");
        assertThat(JournalReader.list(journal).get(0).end().map(Entry.End::outcome))
                .contains("failed");
    }
}
