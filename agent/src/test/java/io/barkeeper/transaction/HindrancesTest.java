package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.journal.Journal;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Hindrance;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.policy.PolicyRules;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HindrancesTest {

    private static final Hindrance DPC =
            new Hindrance(Hindrance.Kind.ERROR_RECOVERY, "DPC has taken the link of 0000:02:00.0 down");

    @TempDir
    Path folder = Path.of("");

    private TransactionReport run(SwitchScene scene, SimulatedMachine machine) throws Exception {
        return new TransactionDriver()
                .run(
                        scene.plan(),
                        machine,
                        Journal.open(folder.resolve("journal")),
                        PolicyRules.NONE,
                        () -> machine.hindrances(scene.topology(), List.of()).stream()
                                .map(Hindrance::why)
                                .findFirst(),
                        ProgressListener.NONE);
    }

    @Test
    void nothingIsWrittenWhilePortsRecover() throws Exception {
        SwitchScene scene = SwitchScene.after("7.2", folder.resolve("tree"));
        SimulatedMachine machine = scene.machine();
        machine.hinder(DPC);

        TransactionReport report = run(scene, machine);

        assertThat(report.message()).contains("0000:02:00.0");
        assertThat(machine.observe()).isEqualTo(scene.topology());
        assertThat(machine.performed())
                .allMatch(e -> e instanceof Effect.AwaitDrivers || e instanceof Effect.AwaitAttachments);
    }

    @Test
    void noFurtherDeviceIsTakenOutOnceOneRecovers() throws Exception {
        SwitchScene scene = SwitchScene.after("7.2", folder.resolve("tree"));
        for (int at = 1; at < 12; at++) {
            SimulatedMachine machine = scene.machine();
            machine.plan(new Fault(at, new Fault.Hindered(DPC)));

            TransactionReport report = run(scene, machine);

            assertThat(report.outcome()).as(report.message()).isEqualTo(Verdict.ROLLED_BACK);
            assertThat(machine.observe().get(PciAddress.parse("0000:03:00.0")).driver())
                    .contains("nvme");
        }
    }
}
