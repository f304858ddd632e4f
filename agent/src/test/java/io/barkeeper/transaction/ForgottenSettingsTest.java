package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.JournalReader;
import io.barkeeper.journal.PriorFunction;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Outcome;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Holder;
import io.barkeeper.testing.TreeBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel forgets of a device that is removed and found again. */
class ForgottenSettingsTest {

    private static final PciAddress DISK = PciAddress.parse("0000:03:00.0");
    private static final PciAddress CARD = PciAddress.parse("0000:01:00.0");
    private static final String OVERRIDE = "devices/0000:03:00.0/driver_override";

    @TempDir
    Path folder = Path.of("");

    private SwitchScene scene;
    private SimulatedMachine machine;

    @BeforeEach
    void build() throws Exception {
        scene = SwitchScene.after("7.2", folder.resolve("tree"));
        machine = scene.machine();
    }

    private TransactionReport run() throws Exception {
        return new TransactionDriver()
                .run(scene.plan(), machine, Journal.open(folder.resolve("journal")), ProgressListener.NONE);
    }

    @Test
    void theOverrideIsBackBeforeItsDriverIsBound() throws Exception {
        machine.set(OVERRIDE, "nvme");
        machine.matches(DISK, "another");

        TransactionReport report = run();

        assertThat(report.outcome()).as(report.message()).isEqualTo(Verdict.DONE);
        assertThat(machine.observe().get(DISK).driver()).contains("nvme");
        assertThat(machine.setting(OVERRIDE)).contains("nvme");
        List<Class<?>> kinds =
                machine.performed().stream().<Class<?>>map(Object::getClass).toList();
        assertThat(kinds.indexOf(Effect.RestoreOverride.class))
                .isPositive()
                .isLessThan(kinds.indexOf(Effect.AwaitDrivers.class));
    }

    @Test
    void anOverrideThatKeepsEveryDriverAwayStillDoesSo() throws Exception {
        machine.set(OVERRIDE, "nvme");
        machine.matches(DISK, "another");
        Effect restore = new Effect.RestoreOverride(DISK, "none", "");
        machine.perform(new Effect.Quiesce(DISK));

        assertThat(machine.perform(restore)).isInstanceOf(Outcome.Done.class);

        assertThat(machine.observe().get(DISK).driver()).isEmpty();
        assertThat(machine.setting(OVERRIDE)).contains("none");
    }

    @Test
    void anotherDriverIsNotTakenAwayFromWhoUsesItAlready() throws Exception {
        machine.setUsers(DISK, List.of(new Holder(Holder.Kind.MOUNT, "/srv", "")));

        assertThat(machine.perform(new Effect.RestoreOverride(DISK, "vfio-pci", "vfio-pci")))
                .isInstanceOf(Outcome.Vetoed.class);

        assertThat(machine.observe().get(DISK).driver()).contains("nvme");
    }

    @Test
    void aNewDaemonPutsTheOverrideBackToo() throws Exception {
        machine.set(OVERRIDE, "nvme");
        machine.matches(DISK, "another");
        Journal journal = Journal.open(folder.resolve("journal"));
        SimulatedMachine plain = scene.machine();
        new TransactionDriver().run(scene.plan(), plain, Journal.open(folder.resolve("plain")), ProgressListener.NONE);
        int rescan = 1;
        while (!(plain.performed().get(rescan - 1) instanceof Effect.Act act && Script.isRescan(act.action()))) {
            rescan++;
        }
        try {
            new TransactionDriver().run(scene.plan(), new CutOff(machine, rescan), journal, ProgressListener.NONE);
        } catch (CutOff.Killed e) {
            assertThat(machine.observe().get(DISK).driver()).contains("another");
            Recovery.run(machine, journal, ProgressListener.NONE);
        }
        assertThat(machine.observe().get(DISK).driver()).contains("nvme");
        assertThat(machine.setting(OVERRIDE)).contains("nvme");
    }

    @Test
    void linkPowerManagementIsAsBefore() throws Exception {
        machine.set("devices/0000:03:00.0/link/l1_aspm", "0");
        machine.set("devices/0000:03:00.0/link/clkpm", "1");

        assertThat(run().outcome()).isEqualTo(Verdict.DONE);

        assertThat(machine.setting("devices/0000:03:00.0/link/l1_aspm")).contains("0");
        assertThat(machine.setting("devices/0000:03:00.0/link/clkpm")).contains("1");
    }

    @Test
    void anotherPayloadSizeIsReportedAndNotWritten() throws Exception {
        machine.payload(DISK, 256);
        machine.listen((action, address) -> {
            if (action.equals("remove") && address.equals(DISK)) {
                machine.payload(DISK, 128);
            }
        });

        TransactionReport report = run();

        assertThat(report.outcome()).isEqualTo(Verdict.DONE);
        assertThat(report.notes())
                .anyMatch(n -> n.startsWith("Max_Payload_Size of 0000:03:00.0 was 256 bytes and is 128"));
        assertThat(machine.payloads(List.of(DISK))).containsEntry(DISK, 128);
    }

    @Test
    void whatNobodyPutsBackIsInReportAndJournal() throws Exception {
        TransactionReport report = run();

        String lost = "not put back: the I/O scheduler and other queue settings of nvme";
        assertThat(report.notes()).anyMatch(n -> n.startsWith(lost));
        assertThat(JournalReader.list(folder.resolve("journal")).get(0).entries())
                .anyMatch(e -> e instanceof Entry.Note note && note.text().startsWith(lost));
    }

    @Test
    void aResizableBarThatCameBackSmallerIsResizedWithoutItsDriver() {
        Topology before = card("mem64pref=256M");
        Topology after = card("mem64pref=64M");

        List<Command> repairs = Repair.of(prior(before), after);

        assertThat(repairs)
                .containsExactly(
                        new Command.Do(new Effect.Quiesce(CARD)),
                        new Command.Do(new Effect.Act(new Action.Resize(CARD, 0, 256 << 20))),
                        new Command.Do(new Effect.Act(new Action.Bind(CARD, "gpu"))));
    }

    @Test
    void aBarThatHasNoRoomInItsEarlierSizeIsLeftAlone() {
        Topology before = card("mem64pref=256M");
        Topology after = card("mem64pref=64M");
        Prior larger = prior(card("mem64pref=2G"));

        assertThat(Repair.of(larger, after)).isEmpty();
        assertThat(Repair.of(prior(before), before)).isEmpty();
    }

    private static Prior prior(Topology before) {
        List<PriorFunction> functions = before.functions().stream()
                .map(f -> PriorFunction.of(before, f, true))
                .toList();
        return new Prior(functions, Set.of(), Optional.empty());
    }

    /** A card behind a root port, laid out by the kernel. */
    private static Topology card(String bars) {
        TreeBuilder tree = TreeBuilder.bare("7.2.13")
                .aperture(true, 0xd00, 0xf300)
                .aperture(false, 0x8000_0000L, TreeBuilder.mib(64))
                .aperture(false, 0x1_0000_0000L, TreeBuilder.mib(1024))
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .endpoint("01:00.0", "00:01.0", 0x030200, PortType.ENDPOINT, "gpu");
        ActionParser.parseSpec(bars)
                .functions()
                .get(0)
                .bars()
                .forEach(b -> tree.unplaced(b.index(), b.kind(), b.size()));
        Topology built = tree.build();
        return KernelModels.forRelease("7.2.13")
                .apply(built.with(List.of(), built.functions()), new Action.RescanAll())
                .after()
                .map(f -> f.address().equals(CARD) ? f.withDriver(Optional.of("gpu")) : f);
    }
}
