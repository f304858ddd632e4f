package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.config.Mode;
import io.barkeeper.journal.Journal;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.Outcome;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.metrics.Instruments;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.snapshot.SnapshotJson;
import io.barkeeper.transaction.CutOff;
import io.barkeeper.transaction.Forwarding;
import io.barkeeper.transaction.ProgressListener;
import io.barkeeper.transaction.TransactionDriver;
import io.barkeeper.transaction.TransactionReport;
import io.barkeeper.transaction.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes on around a transaction: the service manager is told that the daemon is alive, and the system is kept awake.
 * The plan takes a disk out and finds it again; the clock moves on with each step as far as the test wants it to.
 */
class ConductorTest {

    private static final PciAddress DISK = PciAddress.parse("0000:03:00.0");

    @TempDir
    Path folder = Path.of("");

    private long now;
    private int heard;
    private final Heartbeat heartbeat = new Heartbeat(() -> heard++, Optional.of(Duration.ofSeconds(60)), () -> now);
    /** In order: what was done to the machine, and what became of the wish that it stays awake. */
    private final List<String> events = new ArrayList<>();

    private final List<Boolean> aliveInSteps = new ArrayList<>();
    private Duration stepTakes = Duration.ZERO;

    private Plan plan;
    private SimulatedMachine simulated;
    private ModeSwitch modes;
    private Journal journal;
    private Conductor conductor;

    /** A machine whose steps take their time; the manager is told of the daemon at the end of each. */
    private final class Slow extends Forwarding {

        Slow(Machine machine) {
            super(machine);
        }

        @Override
        public Outcome perform(Effect effect) {
            events.add(effect.toString());
            now += stepTakes.toNanos() / 1000;
            int before = heard;
            heartbeat.signal();
            aliveInSteps.add(heard > before);
            return machine.perform(effect);
        }

        @Override
        public Vigil vigil(String why) {
            events.add("awake: " + why);
            return () -> events.add("may sleep");
        }
    }

    @BeforeEach
    void build() throws Exception {
        Topology start;
        try (var in = ConductorTest.class.getResourceAsStream("/snapshots/switch-7.2.json")) {
            start = SnapshotJson.parse(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        }
        KernelModel model = KernelModels.forKernel(start.kernel());
        List<Action> actions = Stream.of(
                        "unbind:0000:03:00.0", "decode:0000:03:00.0:off", "remove:0000:03:00.0", "rescan:0000:02:00.0")
                .map(ActionParser::parse)
                .toList();
        Topology after = model.applyAll(start, actions).after();
        Plan.Round round = new Plan.Round(List.of(DISK), actions, after, new Plan.Fallback(true, actions, after));
        plan = new Plan("by-hand", List.of(), List.of(), List.of(round), start, after, List.of(), List.of());
        simulated = new SimulatedMachine(start, model);
        modes = new ModeSwitch(Mode.CONFIRM);
        journal = Journal.open(folder.resolve("journal"));
        Instruments instruments = new Instruments(
                "0", "7.2", "7.1", Arrays.stream(Mode.values()).map(Mode::label).toList());
        BootMemory memory = BootMemory.load(folder, start.kernel().bootId());
        Equipment equipment = new Equipment(instruments, new Followers(), heartbeat, () -> now);
        conductor = new Conductor(equipment, new Slow(simulated), journal, memory, modes);
    }

    private TransactionReport run() {
        return conductor.run(plan, ProgressListener.NONE);
    }

    @Test
    void stepsThatKeepWithinTheirDeadlinesAreNoReasonToRestartTheDaemon() {
        // Each alone is longer than the manager waits, and all of them together are longer than any step may take.
        stepTakes = Duration.ofMinutes(9);

        TransactionReport report = run();

        assertThat(report.outcome()).as(report.message()).isEqualTo(Verdict.DONE);
        assertThat(aliveInSteps).hasSizeGreaterThan(5).doesNotContain(false);
    }

    @Test
    void aThreadThatIsHeldUpInAStepForLongerThanAnyMayTakeIsToldOfNoMore() {
        stepTakes = Duration.ofMinutes(11);

        run();

        assertThat(aliveInSteps).isNotEmpty().doesNotContain(true);
        // It came back all the same, and the loop goes on.
        heartbeat.signal();
        assertThat(heard).isEqualTo(1);
    }

    /** A write that hangs in the kernel is not a daemon that hangs: to restart it would help nobody. */
    @Test
    void aWriteThatNeverReturnsEndsInObserveModeAndTheDaemonLivesOn() {
        simulated.plan(new Fault(3, new Fault.NeverReturns()));
        stepTakes = Duration.ofMinutes(2);

        TransactionReport report = run();

        assertThat(report.outcome()).isEqualTo(Verdict.WEDGED);
        assertThat(report.outcome().exitCode()).isEqualTo(6);
        assertThat(aliveInSteps).doesNotContain(false);
        heartbeat.signal();
        assertThat(heard).isGreaterThan(aliveInSteps.size());
        assertThat(modes.inForce()).isEqualTo(Mode.OBSERVE);
        assertThat(modes.reasons().toString()).contains("wedged");
    }

    @Test
    void afterATransactionTheLoopMayBeSilentOnlyForAsLongAsUsual() {
        run();
        now += Heartbeat.USUAL.toNanos() / 1000 + 1;
        assertThat(heartbeat.isAlive()).isFalse();
    }

    @Test
    void theSystemIsKeptAwakeFromBeforeTheFirstStepUntilAfterTheLast() {
        assertThat(run().outcome()).isEqualTo(Verdict.DONE);

        assertThat(events)
                .startsWith("awake: PCI devices are taken out and put back")
                .endsWith("may sleep");
        assertThat(events).filteredOn("may sleep"::equals).hasSize(1);
    }

    @Test
    void itMaySleepAgainAfterATransactionThatFailed() {
        simulated.plan(new Fault(2, new Fault.NeverReturns()));

        assertThat(run().outcome()).isEqualTo(Verdict.WEDGED);

        assertThat(events).endsWith("may sleep");
    }

    @Test
    void itIsKeptAwakeWhileANewDaemonTakesBackWhatAnOldOneBegan() throws Exception {
        kill();

        conductor.recover(plan.start().kernel().bootId());

        assertThat(events)
                .startsWith("awake: PCI devices that were taken out are put back")
                .endsWith("may sleep");
        assertThat(events).hasSizeGreaterThan(4);
        assertThat(simulated.observe().get(DISK).driver()).contains("nvme");
    }

    @Test
    void nothingIsHeldWhereNothingIsToBeTakenBack() {
        conductor.recover(plan.start().kernel().bootId());

        assertThat(events).isEmpty();
    }

    /** An earlier daemon ends when the disk is out. */
    private void kill() throws Exception {
        try {
            new TransactionDriver().run(plan, new CutOff(simulated, 4), journal, ProgressListener.NONE);
            throw new AssertionError("it was not killed");
        } catch (CutOff.Killed e) {
            assertThat(simulated.observe().find(DISK)).isEmpty();
        }
    }
}
