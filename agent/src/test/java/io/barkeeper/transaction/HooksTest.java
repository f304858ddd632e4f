package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.journal.Journal;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.policy.Hooks;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Selector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HooksTest {

    private static final PciAddress DISK = PciAddress.parse("0000:03:00.0");
    private static final PolicyRules RULES = new PolicyRules(
            List.of(new PolicyRules.Rule(
                    Selector.parse("0000:03:00.0").orElseThrow(),
                    PolicyRules.Verdict.MOVABLE,
                    new Hooks(
                            List.of("/bin/before"),
                            List.of("/bin/quiesced"),
                            List.of("/bin/after"),
                            List.of("/bin/failed"),
                            1_000_000))),
            java.util.Set.of());

    @TempDir
    Path folder = Path.of("");

    private SwitchScene scene() throws Exception {
        return SwitchScene.after("7.2", folder.resolve("tree"));
    }

    private TransactionReport run(SwitchScene scene, SimulatedMachine machine) throws Exception {
        return new TransactionDriver()
                .run(
                        scene.plan(),
                        machine,
                        Journal.open(folder.resolve("journal")),
                        RULES,
                        Optional::empty,
                        ProgressListener.NONE);
    }

    private static List<String> moments(SimulatedMachine machine) {
        return machine.performed().stream()
                .filter(Effect.RunHook.class::isInstance)
                .map(e -> ((Effect.RunHook) e).moment().key())
                .toList();
    }

    @Test
    void runAroundTheOutageOfADevice() throws Exception {
        SwitchScene scene = scene();
        SimulatedMachine machine = scene.machine();

        TransactionReport report = run(scene, machine);

        assertThat(report.outcome()).isEqualTo(Verdict.DONE);
        assertThat(moments(machine)).containsExactly("before-quiesce", "quiesced", "after-rebind");
        List<Effect> all = machine.performed();
        assertThat(all.get(0)).as("before the first write").isInstanceOf(Effect.RunHook.class);
        assertThat(all.get(all.indexOf(new Effect.Quiesce(DISK)) + 1)).isInstanceOf(Effect.RunHook.class);
        assertThat(all.get(all.size() - 1)).isInstanceOf(Effect.RunHook.class);
        assertThat(((Effect.RunHook) all.get(0)).environment())
                .containsEntry("BARKEEPER_BDF", "0000:03:00.0")
                .containsEntry("BARKEEPER_DRIVER", "nvme")
                .containsEntry("BARKEEPER_CLASS", "010802")
                .containsEntry("BARKEEPER_TRANSACTION", report.id())
                .containsKeys("BARKEEPER_PATH", "BARKEEPER_ID");
        assertThat(((Effect.RunHook) all.get(all.size() - 1)).environment()).containsEntry("BARKEEPER_OUTCOME", "done");
    }

    @Test
    void vetoBeforeTheFirstWriteChangesNothing() throws Exception {
        SwitchScene scene = scene();
        SimulatedMachine machine = scene.machine();
        var before = machine.observe();
        machine.plan(Fault.errno(1, 1));

        TransactionReport report = run(scene, machine);

        assertThat(report.outcome()).isEqualTo(Verdict.REFUSED);
        assertThat(report.message()).contains("hook").contains("/bin/before");
        assertThat(machine.observe()).isEqualTo(before);
        assertThat(machine.performed())
                .allMatch(e -> e instanceof Effect.RunHook
                        || e instanceof Effect.AwaitDrivers
                        || e instanceof Effect.AwaitAttachments);
        assertThat(moments(machine)).containsExactly("before-quiesce", "after-rebind");
    }

    @Test
    void aQuiescedHookThatFailsSendsTheTransactionBack() throws Exception {
        SwitchScene scene = scene();
        SimulatedMachine plain = scene.machine();
        run(scene, plain);
        int at = IntStream.range(0, plain.performed().size())
                        .filter(i -> plain.performed().get(i) instanceof Effect.RunHook hook
                                && hook.moment() == Hooks.Moment.QUIESCED)
                        .findFirst()
                        .orElseThrow()
                + 1;
        SimulatedMachine machine = scene.machine();
        machine.plan(Fault.errno(at, 5));

        TransactionReport report = run(scene, machine);

        assertThat(report.outcome()).as(report.message()).isEqualTo(Verdict.ROLLED_BACK);
        assertThat(machine.observe().get(DISK).driver()).contains("nvme");
        assertThat(moments(machine)).endsWith("after-rebind");
    }

    @Test
    void aDeviceThatDoesNotComeBackIsTold() throws Exception {
        SwitchScene scene = scene();
        SimulatedMachine machine = scene.machine();
        machine.plan(new Fault(3, new Fault.NoDriver(DISK)));

        TransactionReport report = run(scene, machine);

        assertThat(report.outcome()).isEqualTo(Verdict.FAILED);
        assertThat(moments(machine)).endsWith("failed");
    }

    @Test
    void aRestartedDaemonRunsTheLastHooks() throws Exception {
        SwitchScene scene = scene();
        SimulatedMachine machine = scene.machine();
        Journal journal = Journal.open(folder.resolve("journal"));
        try {
            new TransactionDriver()
                    .run(scene.plan(), new CutOff(machine, 6), journal, RULES, Optional::empty, ProgressListener.NONE);
        } catch (CutOff.Killed e) {
            Recovery.run(machine, journal, RULES, ProgressListener.NONE);
        }
        assertThat(moments(machine)).containsExactly("before-quiesce", "quiesced", "after-rebind");
        assertThat(machine.observe().get(DISK).driver()).contains("nvme");
    }

    @Test
    void whatARemoveForgetsIsPutBack() throws Exception {
        SwitchScene scene = scene();
        SimulatedMachine machine = scene.machine();
        machine.set("devices/0000:03:00.0/driver_override", "nvme");
        machine.set("devices/0000:03:00.0/power/control", "auto");

        assertThat(run(scene, machine).outcome()).isEqualTo(Verdict.DONE);

        assertThat(machine.setting("devices/0000:03:00.0/driver_override")).contains("nvme");
        assertThat(machine.setting("devices/0000:03:00.0/power/control")).contains("auto");
    }
}
