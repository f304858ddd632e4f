package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.JournalReader;
import io.barkeeper.journal.Transcript;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Sriov;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a transaction changes or a remove forgets is as before in the end, whichever way it went: the text of
 * resource_alignment, the number of VFs of an idle PF, power control of those that stay and of those that leave, and link
 * power management. The plan takes a disk with two VFs out and finds it again, with an alignment of its own.
 */
class PutBackTest {

    private static final PciAddress DISK = PciAddress.parse("0000:03:00.0");
    private static final String ALIGNMENT = "20@0000:00:1f.3";
    /** Of a bridge that stays; it may sleep. */
    private static final String PORT_POWER = "devices/0000:02:00.0/power/control";
    /** Of a bridge that stays; somebody holds it awake. */
    private static final String ROOT_POWER = "devices/0000:00:01.0/power/control";
    /** Of the disk that leaves. */
    private static final String DISK_POWER = "devices/0000:03:00.0/power/control";

    private static final String DISK_LINK = "devices/0000:03:00.0/link/l1_aspm";

    @TempDir
    Path folder = Path.of("");

    private SwitchScene scene;
    private Plan plan;
    private int journals;

    @BeforeEach
    void build() throws Exception {
        scene = SwitchScene.after("7.2", folder.resolve("tree"));
        Topology start = scene.topology()
                .withResourceAlignment(ALIGNMENT)
                .map(f -> f.address().equals(DISK) ? f.withSriov(Optional.of(new Sriov(4, 2))) : f);
        List<PciFunction> functions = new ArrayList<>(start.functions());
        functions.add(virtual(start.get(DISK), "0000:03:00.1"));
        functions.add(virtual(start.get(DISK), "0000:03:00.2"));
        plan = plan(start.with(functions, start.detached()));
    }

    private static PciFunction virtual(PciFunction disk, String address) {
        return new PciFunction(
                PciAddress.parse(address),
                disk.parent(),
                disk.ids(),
                disk.classCode(),
                disk.type(),
                Optional.empty(),
                0,
                disk.command(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(DISK),
                List.of(),
                PciFunction.Traits.NONE);
    }

    private Plan plan(Topology start) {
        List<Action> actions = Stream.of(
                        "numvfs:0000:03:00.0:0",
                        "unbind:0000:03:00.0",
                        "decode:0000:03:00.0:off",
                        "align:0000:03:00.0:4K",
                        "remove:0000:03:00.0",
                        "rescan:0000:02:00.0")
                .map(ActionParser::parse)
                .toList();
        List<Action> back = new ArrayList<>(actions);
        back.removeIf(Action.Align.class::isInstance);
        return plan(start, actions, back);
    }

    private Plan plan(Topology start, List<Action> actions, List<Action> back) {
        Topology after = scene.model().applyAll(start, actions).after();
        Plan.Round round = new Plan.Round(List.of(DISK), actions, after, new Plan.Fallback(true, back, after));
        return new Plan("by-hand", List.of(), List.of(), List.of(round), start, after, List.of(), List.of());
    }

    private SimulatedMachine machine() {
        SimulatedMachine machine = new SimulatedMachine(plan.start(), scene.model());
        machine.set(PORT_POWER, "auto");
        machine.set(ROOT_POWER, "on");
        machine.set(DISK_POWER, "on");
        machine.set(DISK_LINK, "0");
        return machine;
    }

    private Path journal() {
        return folder.resolve("journal-" + journals++);
    }

    private TransactionReport run(Machine machine, Path journal) throws IOException {
        return new TransactionDriver().run(plan, machine, Journal.open(journal), ProgressListener.NONE);
    }

    /** What is not as before, in words; empty when all is. */
    private static List<String> forgotten(SimulatedMachine machine) throws MachineException {
        List<String> forgotten = new ArrayList<>();
        Topology now = machine.observe();
        if (!now.resourceAlignment().equals(ALIGNMENT)) {
            forgotten.add("resource_alignment is '" + now.resourceAlignment() + "'");
        }
        PciFunction disk = now.get(DISK);
        if (!disk.sriov().equals(Optional.of(new Sriov(4, 2)))) {
            forgotten.add("numvfs: " + disk.sriov());
        }
        if (!disk.driver().equals(Optional.of("nvme"))) {
            forgotten.add("driver: " + disk.driver());
        }
        Stream.of(PORT_POWER + " auto", ROOT_POWER + " on", DISK_POWER + " on", DISK_LINK + " 0")
                .map(s -> s.split(" "))
                .filter(s -> !machine.setting(s[0]).equals(Optional.of(s[1])))
                .forEach(s -> forgotten.add(s[0] + " is " + machine.setting(s[0])));
        return forgotten;
    }

    private static List<String> written(Path journal) throws IOException {
        List<Transcript> all = JournalReader.list(journal);
        assertThat(all).hasSize(1);
        assertThat(all.get(0).end()).isPresent();
        return all.get(0).entries().stream()
                .filter(Entry.Before.class::isInstance)
                .map(e -> ((Entry.Before) e).effect())
                .toList();
    }

    private static int position(List<String> effects, String begin) {
        return effects.indexOf(
                effects.stream().filter(e -> e.startsWith(begin)).findFirst().orElse(""));
    }

    @Test
    void allOfItIsAsBeforeAfterATransactionThatIsDone() throws Exception {
        SimulatedMachine machine = machine();
        List<String> meanwhile = new ArrayList<>();
        machine.listen((action, address) -> {
            if (action.equals("remove") && address.equals(DISK)) {
                meanwhile.add(alignment(machine));
                meanwhile.add(machine.setting(PORT_POWER).orElse(""));
            }
        });
        Path journal = journal();

        TransactionReport report = run(machine, journal);

        assertThat(report.outcome()).as(report.message() + report.steps()).isEqualTo(Verdict.DONE);
        assertThat(meanwhile).containsExactly("12@0000:03:00.0", "on");
        assertThat(forgotten(machine)).isEmpty();
        List<String> effects = written(journal);
        assertThat(position(effects, "numvfs:0000:03:00.0:0")).isNotNegative();
        assertThat(position(effects, "numvfs:0000:03:00.0:0")).isLessThan(position(effects, "quiesce"));
        assertThat(position(effects, "numvfs:0000:03:00.0:2")).isGreaterThan(position(effects, "rescan"));
        assertThat(effects).anyMatch(e -> e.startsWith("put-back") && e.contains("resource_alignment=" + ALIGNMENT));
    }

    private static String alignment(SimulatedMachine machine) {
        try {
            return machine.observe().resourceAlignment();
        } catch (MachineException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void allOfItIsAsBeforeAfterARescanThatFailsAndAWayBack() throws Exception {
        SimulatedMachine machine = machine();
        machine.plan(new Fault(rescan(), new Fault.Refused(5)));
        Path journal = journal();

        TransactionReport report = run(machine, journal);

        assertThat(report.outcome()).as(report.message()).isEqualTo(Verdict.ROLLED_BACK);
        assertThat(report.message()).startsWith("BK-WRITE: rescan:0000:02:00.0").contains("errno 5");
        assertThat(forgotten(machine)).isEmpty();
        assertThat(written(journal))
                .contains("numvfs:0000:03:00.0:2")
                .anyMatch(e -> e.startsWith("put-back") && e.contains("resource_alignment=" + ALIGNMENT));
    }

    /** As where config space cannot be written, and only the way back needs windows that are closed. */
    @Test
    void theAlignmentIsAsBeforeWhereOnlyTheWayBackHasSetIt() throws Exception {
        Plan.Round round = plan.rounds().get(0);
        plan = plan(plan.start(), round.fallback().steps(), round.actions());
        SimulatedMachine machine = machine();
        machine.plan(new Fault(rescan(), new Fault.Refused(5)));

        assertThat(run(machine, journal()).outcome()).isEqualTo(Verdict.ROLLED_BACK);

        assertThat(machine.performed()).anyMatch(PutBackTest::aligns);
        assertThat(forgotten(machine)).isEmpty();

        SimulatedMachine another = machine();
        Path journal = journal();
        kill(new CutOff(another, rescan() - 1), journal);
        Recovery.run(another, Journal.open(journal), ProgressListener.NONE);
        assertThat(another.performed()).anyMatch(PutBackTest::aligns);
        assertThat(forgotten(another)).isEmpty();
    }

    private static boolean aligns(Effect effect) {
        return effect instanceof Effect.Act act && act.action() instanceof Action.Align;
    }

    @Test
    void theAlignmentIsAsBeforeWhereTheWayBackWasPlannedAnewAndSetIt() {
        Topology now = plan.start();
        State state = new State.RollingBack(new State.Back(
                Prior.of(plan(now, plan.rounds().get(0).fallback().steps(), List.of())),
                List.of(),
                true,
                State.Back.Stage.RETURNING,
                0,
                0,
                List.of(new Command.Replan(now, Set.of(DISK), Set.of())),
                Map.of(),
                "a test",
                Verdict.ROLLED_BACK,
                Set.of(),
                List.of()));
        List<Action> steps = Stream.of("align:0000:03:00.0:4K", "rescan:0000:02:00.0")
                .map(ActionParser::parse)
                .toList();
        Transition transition = TransactionMachine.step(state, new Event.Replanned(steps, List.of()));
        List<String> effects = new ArrayList<>();
        while (!(transition.state() instanceof State.Ended)) {
            Command command = transition.commands().get(0);
            boolean looks = command instanceof Command.Look;
            effects.add(command.toString());
            transition = TransactionMachine.step(
                    transition.state(),
                    looks ? new Event.Observed(now, Set.of(), List.of()) : new Event.Performed(Outcome.done()));
        }
        assertThat(effects)
                .startsWith("align:0000:03:00.0:4K")
                .endsWith("put-back {resource_alignment=" + ALIGNMENT + "}");
    }

    /** Which effect is the rescan, from 1. */
    private int rescan() throws IOException {
        SimulatedMachine plain = machine();
        run(plain, journal());
        int at = 1;
        while (!(plain.performed().get(at - 1) instanceof Effect.Act act && Script.isRescan(act.action()))) {
            at++;
        }
        return at;
    }

    @Test
    void whatCannotBePutBackIsSaid() throws Exception {
        int steps = length();
        for (int at = 1; at <= steps; at++) {
            SimulatedMachine machine = machine();
            machine.plan(Fault.errno(at, 5));

            TransactionReport report = run(machine, journal());

            assertThat(report.outcome()).as("errno at %d", at).isIn(Verdict.DONE, Verdict.ROLLED_BACK);
            for (String forgotten : forgotten(machine)) {
                String about =
                        forgotten.startsWith("numvfs") ? "numvfs" : forgotten.split(" ", 2)[0];
                assertThat(report.notes())
                        .as("errno at %d: %s", at, forgotten)
                        .anyMatch(n -> n.contains(about) && n.contains("errno 5"));
            }
        }
    }

    private int length() throws IOException {
        SimulatedMachine plain = machine();
        run(plain, journal());
        return plain.performed().size();
    }

    @Test
    void aNewDaemonPutsAllOfItBackWhereverTheOldOneWasKilled() throws Exception {
        int steps = length();
        for (int at = 1; at <= steps; at++) {
            for (Death death : new Death[] {Death.BEFORE, Death.AFTER}) {
                String when = "killed " + death + " effect " + at;
                SimulatedMachine machine = machine();
                Path journal = journal();

                List<TransactionReport> reports = death.at(at, plan, machine, journal);

                assertThat(forgotten(machine)).as(when).isEmpty();
                assertThat(reports).as(when).hasSize(1);
                assertThat(reports.get(0).outcome()).as(when).isEqualTo(Verdict.ROLLED_BACK);
                assertThat(written(journal)).as(when).isNotEmpty();
            }
        }
    }

    @Test
    void aThirdDaemonPutsAllOfItBackWhereTheSecondOneWasKilledOnItsWayBack() throws Exception {
        int rescan = rescan();
        for (int at : new int[] {rescan - 1, rescan, length()}) {
            int steps = Integer.MAX_VALUE;
            for (int again = 1; again <= steps; again++) {
                String when = "killed after effect " + at + ", and after effect " + again + " of the way back";
                SimulatedMachine machine = machine();
                Path journal = journal();
                kill(new CutOff(machine, at), journal);
                int before = machine.performed().size();
                try {
                    Recovery.run(new CutOff(machine, again), Journal.open(journal), ProgressListener.NONE);
                    steps = machine.performed().size() - before;
                    assertThat(again).as(when).isGreaterThan(steps);
                } catch (CutOff.Killed e) {
                    List<TransactionReport> reports =
                            Recovery.run(machine, Journal.open(journal), ProgressListener.NONE);
                    assertThat(reports).extracting(TransactionReport::outcome).containsExactly(Verdict.ROLLED_BACK);
                }
                assertThat(forgotten(machine)).as(when).isEmpty();
                assertThat(written(journal)).as(when).isNotEmpty();
            }
            assertThat(steps).isBetween(1, 60);
        }
    }

    private void kill(Machine dying, Path journal) throws IOException {
        try {
            TransactionReport report = run(dying, journal);
            throw new AssertionError("it was not killed: " + report.message());
        } catch (CutOff.Killed e) {
            assertThat(Journal.open(journal).unfinished()).hasSize(1);
        }
    }
}
