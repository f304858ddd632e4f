package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.journal.Journal;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody pulls a card out of its slot while a transaction is at work. */
class PulledOutTest {

    private static final PciAddress DISK = PciAddress.parse("0000:03:00.0");

    @TempDir
    Path folder = Path.of("");

    private SwitchScene scene;
    private int writes;

    @BeforeEach
    void build() throws Exception {
        scene = SwitchScene.after("6.1", folder.resolve("tree"));
        SimulatedMachine plain = scene.machine();
        run(plain, "plain");
        writes = plain.performed().size();
    }

    private TransactionReport run(SimulatedMachine machine, String journal) throws Exception {
        return new TransactionDriver()
                .run(scene.plan(), machine, Journal.open(folder.resolve(journal)), ProgressListener.NONE);
    }

    private PciAddress port(PciAddress card) {
        return scene.topology().get(card).parent().orElseThrow();
    }

    @Test
    void isNotTheModelsErrorWheneverItHappens() throws Exception {
        for (PciAddress card : Set.of(DISK, SwitchScene.NEWCOMER)) {
            for (int at = 1; at <= writes; at++) {
                SimulatedMachine machine = scene.machine();
                machine.plan(new Fault(at, new Fault.PulledOut(port(card))));

                TransactionReport report = run(machine, card.toString().replace(':', '-') + at);

                String what = card + " at " + at + ": " + report.message();
                assertThat(report.predictionHeld()).as(what).isTrue();
                assertThat(report.outcome()).as(what).isNotEqualTo(Verdict.FAILED);
                if (machine.observe().find(card).isEmpty() && report.outcome() != Verdict.DONE) {
                    assertThat(report.message()).contains(card + " was pulled out");
                }
                assertThat(othersWork(machine.observe(), card)).as(what).isTrue();
            }
        }
    }

    private boolean othersWork(Topology now, PciAddress pulled) {
        Prior others = Prior.of(scene.plan()).without(Set.of(pulled));
        return Comparison.afterBack(others, now).isEmpty();
    }

    @Test
    void aDeviceThatIsMissingFromAFullSlotStillCountsAgainstTheModel() throws Exception {
        Set<Boolean> held = new HashSet<>();
        for (int at = 1; at <= writes; at++) {
            SimulatedMachine struck = scene.machine();
            struck.plan(new Fault(at, new Fault.Vanishes(DISK)));
            held.add(run(struck, "v" + at).predictionHeld());
        }

        assertThat(held).contains(false);
    }

    @Test
    void allBehindAPulledSwitchIsGoneAndNothingIsOwedToIt() throws Exception {
        Topology before = scene.topology();
        PciAddress slot =
                before.ancestors(DISK).get(before.ancestors(DISK).size() - 1).address();
        SimulatedMachine machine = scene.machine();
        machine.plan(new Fault(1, new Fault.PulledOut(slot)));
        machine.perform(new Effect.HoldAwake(List.of(slot)));

        Set<PciAddress> below = before.subtree(slot).stream()
                .map(f -> f.address())
                .filter(a -> !a.equals(slot))
                .collect(Collectors.toSet());

        assertThat(Pulled.of(Prior.of(scene.plan()), machine.observe(), machine))
                .isEqualTo(below);
    }
}
