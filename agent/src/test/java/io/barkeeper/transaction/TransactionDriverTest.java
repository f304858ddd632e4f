package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.JournalReader;
import io.barkeeper.journal.Transcript;
import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Outcome;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.policy.Holder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionDriverTest {

    private static final int MOST_EFFECTS = 60;

    @TempDir
    private Path directory;

    private Journal journal() throws Exception {
        return Journal.open(directory.resolve("journal"));
    }

    private SwitchScene scene(String kernel) throws Exception {
        return SwitchScene.after(kernel, directory.resolve("tree-" + kernel));
    }

    private TransactionReport run(SwitchScene scene, SimulatedMachine machine) throws Exception {
        return new TransactionDriver().run(scene.plan(), machine, journal(), ProgressListener.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "6.18", "7.2"})
    void a_plan_that_meets_no_trouble_is_done(String kernel) throws Exception {
        SwitchScene scene = scene(kernel);
        SimulatedMachine machine = scene.machine();

        TransactionReport report = run(scene, machine);

        assertThat(report.outcome()).as(report.message() + report.steps()).isEqualTo(Verdict.DONE);
        assertThat(report.predictionHeld()).as(report.notes().toString()).isTrue();
        assertThat(report.movedResources()).isNotEmpty();
        assertThat(report.outagePerDevice()).isNotEmpty();
        assertThat(Comparison.afterBack(Prior.of(scene.plan()), report.finalTopology()))
                .isEmpty();
    }

    @Test
    void the_pciehp_services_are_unbound_before_the_first_remove() throws Exception {
        SwitchScene scene = scene("7.2");
        SimulatedMachine machine = scene.machine();

        run(scene, machine);

        List<Effect> effects = machine.performed();
        int firstRemove = first(effects, Action.Remove.class);
        for (int i = 0; i < effects.size(); i++) {
            if (effects.get(i) instanceof Effect.UnbindPciehp) {
                assertThat(i).isLessThan(firstRemove);
            }
        }
        assertThat(effects).hasAtLeastOneElementOfType(Effect.UnbindPciehp.class);
    }

    private static int first(List<Effect> effects, Class<? extends Action> kind) {
        for (int i = 0; i < effects.size(); i++) {
            if (effects.get(i) instanceof Effect.Act act && kind.isInstance(act.action())) {
                return i;
            }
        }
        return effects.size();
    }

    @Test
    void a_machine_that_has_changed_is_refused_before_the_first_write() throws Exception {
        SwitchScene scene = scene("6.1");
        SimulatedMachine machine = scene.machine();
        PciAddress taken = scene.plan().disturbs().get(0).address();
        machine.inject(new Action.Unbind(taken));

        TransactionReport report = run(scene, machine);

        assertThat(report.outcome()).isEqualTo(Verdict.REFUSED);
        assertThat(report.message()).contains("BK-CHANGED").contains(taken.toString());
        assertThat(machine.performed()).isEmpty();
    }

    @Test
    void a_device_that_came_into_use_is_left_alone() throws Exception {
        SwitchScene scene = scene("6.1");
        SimulatedMachine machine = scene.machine();
        PciAddress used = scene.plan().disturbs().stream()
                .filter(d -> d.driver().equals("nvme"))
                .findFirst()
                .orElseThrow()
                .address();
        machine.setUsers(used, List.of(new Holder(Holder.Kind.MOUNT, "/srv", "")));

        TransactionReport report = run(scene, machine);

        assertThat(report.outcome()).isEqualTo(Verdict.REFUSED);
        assertThat(report.message()).contains("mounted on /srv");
        assertThat(first(machine.performed(), Action.Remove.class))
                .isEqualTo(machine.performed().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "7.2"})
    void an_errno_at_any_step_loses_nothing(String kernel) throws Exception {
        SwitchScene scene = scene(kernel);
        for (int at = 1; at < MOST_EFFECTS; at++) {
            SimulatedMachine machine = scene.machine();
            machine.plan(Fault.errno(at, 5));

            TransactionReport report = run(scene, machine);

            assertThat(report.outcome())
                    .as("fault at %d: %s %s", at, report.message(), report.steps())
                    .isIn(Verdict.DONE, Verdict.ROLLED_BACK);
            assertThat(Comparison.afterBack(Prior.of(scene.plan()), report.finalTopology()))
                    .as("fault at " + at)
                    .isEmpty();
            if (machine.performed().size() < at) {
                return;
            }
        }
    }

    @Test
    void nothing_is_written_after_a_write_that_never_returns() throws Exception {
        SwitchScene scene = scene("6.1");
        for (int at = 1; at < MOST_EFFECTS; at++) {
            SimulatedMachine machine = scene.machine();
            machine.plan(new Fault(at, new Fault.NeverReturns()));

            TransactionReport report = run(scene, machine);

            long writes = machine.performed().stream()
                    .filter(e -> !(e instanceof Effect.AwaitDrivers) && !(e instanceof Effect.AwaitAttachments))
                    .count();
            if (writes < at) {
                assertThat(report.outcome()).isEqualTo(Verdict.DONE);
                return;
            }
            assertThat(report.outcome()).as("at " + at).isEqualTo(Verdict.WEDGED);
            assertThat(writes).as("writes").isEqualTo(at);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.12", "6.18"})
    void a_resource_tree_that_becomes_corrupt_fails_and_loses_nothing(String kernel) throws Exception {
        SwitchScene scene = scene(kernel);
        for (int at = 1; at < MOST_EFFECTS; at++) {
            SimulatedMachine machine = scene.machine();
            machine.plan(new Fault(at, new Fault.CorruptTree("0000:03:00.0 BAR 0")));

            TransactionReport report = run(scene, machine);

            assertThat(Comparison.afterBack(Prior.of(scene.plan()), report.finalTopology()))
                    .as("at " + at)
                    .isEmpty();
            if (report.outcome() == Verdict.DONE) {
                // Nothing was looked at after that any more.
                assertThat(at).isGreaterThanOrEqualTo(scene.plan().actions().size());
                return;
            }
            assertThat(report.outcome()).as("at %d: %s", at, report.message()).isEqualTo(Verdict.FAILED);
            assertThat(report.message()).startsWith("BK-TREE").contains("0000:03:00.0 BAR 0");
        }
    }

    @Test
    void a_resource_tree_that_was_corrupt_before_is_not_held_against_the_transaction() throws Exception {
        SwitchScene scene = scene("6.18");
        SimulatedMachine machine = scene.machine();
        machine.plan(new Fault(1, new Fault.CorruptTree("0000:03:00.0 BAR 0")));
        assertThat(machine.perform(new Effect.PutBack(Map.of()))).isInstanceOf(Outcome.Done.class);

        assertThat(run(scene, machine).outcome()).isEqualTo(Verdict.DONE);
    }

    @Test
    void a_device_that_vanishes_comes_back_wrong_or_is_claimed_never_ends_the_run_early() throws Exception {
        SwitchScene scene = scene("6.1");
        int writes = scene.plan().actions().size() + 6;
        for (PciAddress device : endpoints(scene)) {
            List<Fault.Kind> kinds = List.of(
                    new Fault.Vanishes(device),
                    new Fault.NoDriver(device),
                    new Fault.EmptyDisks(device),
                    new Fault.ComesIntoUse(device),
                    new Fault.OtherBarSize(device, 0, 1 << 25),
                    new Fault.Unreadable());
            for (Fault.Kind kind : kinds) {
                for (int at = 1; at <= writes; at++) {
                    SimulatedMachine machine = scene.machine();
                    machine.plan(new Fault(at, kind));

                    TransactionReport report = run(scene, machine);

                    boolean everythingWorks = Comparison.afterBack(Prior.of(scene.plan()), report.finalTopology())
                            .isEmpty();
                    boolean saysSo = report.outcome() != Verdict.FAILED;
                    if (!(kind instanceof Fault.Unreadable)) {
                        assertThat(saysSo)
                                .as("%s at %d: %s", kind, at, report.message())
                                .isEqualTo(everythingWorks);
                    }
                    assertThat(neighboursWork(scene, report, device))
                            .as("%s at %d: %s", kind, at, report.message())
                            .isTrue();
                }
            }
        }
    }

    private static List<PciAddress> endpoints(SwitchScene scene) {
        List<PciAddress> endpoints = new ArrayList<>();
        scene.plan().disturbs().forEach(d -> {
            if (!scene.topology().get(d.address()).isBridge()) {
                endpoints.add(d.address());
            }
        });
        return endpoints;
    }

    /** What was not struck itself is there with its driver, unless the machine could not be read any more. */
    private static boolean neighboursWork(SwitchScene scene, TransactionReport report, PciAddress struck) {
        return report.message().contains("cannot be read")
                || Comparison.afterBack(Prior.of(scene.plan()), report.finalTopology()).stream()
                        .allMatch(s -> s.startsWith(struck.toString()));
    }

    @Test
    void every_effect_stands_in_the_journal_before_its_outcome() throws Exception {
        SwitchScene scene = scene("6.1");
        TransactionReport report = run(scene, scene.machine());

        List<Transcript> all = JournalReader.list(directory.resolve("journal"));

        assertThat(all).hasSize(1);
        Transcript transcript = all.get(0);
        assertThat(transcript.damage()).isEmpty();
        assertThat(transcript.id()).isEqualTo(report.id());
        assertThat(transcript.end().orElseThrow().outcome()).isEqualTo("done");
        assertThat(transcript.preImage().orElseThrow().functions())
                .hasSize(scene.topology().functions().size());
        int open = 0;
        for (Entry entry : transcript.entries()) {
            if (entry instanceof Entry.Before before) {
                assertThat(open).isZero();
                open = before.number();
            } else if (entry instanceof Entry.After after) {
                assertThat(after.number()).isEqualTo(open);
                open = 0;
            }
        }
    }

    @Test
    void a_transaction_that_was_cut_off_at_any_step_is_recovered() throws Exception {
        SwitchScene scene = scene("7.2");
        for (int at = 1; at < MOST_EFFECTS; at++) {
            SimulatedMachine machine = scene.machine();
            CutOff cut = new CutOff(machine, at);
            Journal journal = Journal.open(directory.resolve("cut-" + at));
            try {
                new TransactionDriver().run(scene.plan(), cut, journal, ProgressListener.NONE);
                return;
            } catch (CutOff.Killed e) {
                List<TransactionReport> reports = Recovery.run(machine, journal, ProgressListener.NONE);
                assertThat(reports).hasSize(1);
                assertThat(reports.get(0).outcome())
                        .as("cut at %d: %s", at, reports.get(0).message())
                        .isEqualTo(Verdict.ROLLED_BACK);
                assertThat(Comparison.afterBack(Prior.of(scene.plan()), machine.observe()))
                        .as("cut at " + at)
                        .isEmpty();
                assertThat(journal.unfinished()).isEmpty();
            }
        }
    }
}
