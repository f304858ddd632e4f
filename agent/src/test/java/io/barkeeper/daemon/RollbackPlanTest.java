package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.JournalReader;
import io.barkeeper.journal.Transcript;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanCheck;
import io.barkeeper.policy.Holder;
import io.barkeeper.snapshot.SnapshotJson;
import io.barkeeper.testing.TreeBuilder;
import io.barkeeper.transaction.ProgressListener;
import io.barkeeper.transaction.SizingProbe;
import io.barkeeper.transaction.TransactionDriver;
import io.barkeeper.transaction.TransactionReport;
import io.barkeeper.transaction.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Taking a transaction back when it is over: the way back that its journal holds was proven for the middle of it, so it
 * takes a plan of its own, for the machine as it is now. An earlier daemon has moved the two disks behind a switch, by
 * opening the window of the first one's port to 8 MiB.
 */
@Timeout(120)
class RollbackPlanTest {

    private static final String RELEASE = "6.12.107";
    private static final KernelModel MODEL = KernelModels.forRelease(RELEASE);
    private static final PciAddress FIRST = PciAddress.parse("0000:03:00.0");
    private static final PciAddress SECOND = PciAddress.parse("0000:04:00.0");

    private static final PciAddress LEFT_OUT = PciAddress.parse("0000:05:00.0");
    private static final String RELEASING = "unbind:0000:03:00.0 decode:0000:03:00.0:off unbind:0000:04:00.0"
            + " decode:0000:04:00.0:off remove:0000:05:00.0 remove:0000:02:02.0 remove:0000:04:00.0 remove:0000:02:01.0"
            + " remove:0000:03:00.0";
    private static final String FINDING =
            " remove:0000:02:00.0 remove:0000:01:00.0 remove:0000:00:01.0 rescan:0000:00:00.0";

    @TempDir
    Path folder = Path.of("");

    private final Topology before = before();
    private Plan plan = plan();
    private final AtomicReference<SimulatedMachine> machine = new AtomicReference<>();

    /** As the kernel lays it out. The third device has a BAR of 512 MiB, for which there is no room anywhere. */
    private static Topology before() {
        TreeBuilder tree = TreeBuilder.bare(RELEASE)
                .aperture(true, 0xd00, 0xf300)
                .aperture(false, 0x8000_0000L, TreeBuilder.mib(256))
                .endpoint("00:00.0", "", 0x060000, PortType.CONVENTIONAL, "")
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 5)
                .port("01:00.0", "00:01.0", PortType.UPSTREAM_PORT, 2, 5)
                .port("02:00.0", "01:00.0", PortType.DOWNSTREAM_PORT, 3, 3)
                .endpoint("03:00.0", "02:00.0", 0x010802, PortType.ENDPOINT, "nvme")
                .unplaced(0, ResourceKind.MEM64, 16 << 10)
                .port("02:01.0", "01:00.0", PortType.DOWNSTREAM_PORT, 4, 4)
                .endpoint("04:00.0", "02:01.0", 0x010802, PortType.ENDPOINT, "nvme")
                .unplaced(0, ResourceKind.MEM64, 16 << 10)
                .port("02:02.0", "01:00.0", PortType.DOWNSTREAM_PORT, 5, 5)
                .endpoint("05:00.0", "02:02.0", 0xff0000, PortType.ENDPOINT, "")
                .unplaced(0, ResourceKind.MEM32, 4 << 10)
                .unplaced(2, ResourceKind.MEM64_PREF, 512 << 20);
        Topology built = tree.build();
        return MODEL.apply(built.with(List.of(), built.functions()), new Action.RescanAll())
                .after();
    }

    /** What the earlier daemon did. */
    private Plan plan() {
        List<Action> actions = actions(RELEASING + " window:0000:02:00.0:mem:8M" + FINDING);
        Topology after = MODEL.applyAll(before, actions).after();
        List<PciAddress> released = before.subtree(PciAddress.parse("0000:00:01.0")).stream()
                .map(PciFunction::address)
                .toList();
        Plan.Round round =
                new Plan.Round(released, actions, after, new Plan.Fallback(true, actions(RELEASING + FINDING), after));
        return new Plan(
                "by-hand",
                List.of(),
                List.of(),
                List.of(round),
                before,
                after,
                List.of(),
                List.of(new Plan.LeftOut(LEFT_OUT, "there is no room for it")));
    }

    private static List<Action> actions(String words) {
        return Stream.of(words.split(" ")).map(ActionParser::parse).toList();
    }

    private Topology transacted() throws Exception {
        SimulatedMachine first = new SimulatedMachine(before, MODEL);
        TransactionReport report =
                new TransactionDriver().run(plan, first, Journal.open(journal()), ProgressListener.NONE);
        assertThat(report.outcome()).as(report.message()).isEqualTo(Verdict.DONE);
        return first.observe();
    }

    private Path journal() {
        return folder.resolve("state/journal");
    }

    /** A daemon that is started on the machine that the transaction left, as this changes it. */
    private DaemonUnderTest daemon(UnaryOperator<Topology> change) throws Exception {
        Files.createDirectories(folder.resolve("state"));
        Topology left = change.apply(transacted());
        BootMemory.load(folder.resolve("state"), left.kernel().bootId())
                .leaves(transactions().get(0).id(), PlanCheck.digest(left));
        Files.writeString(
                folder.resolve("machine.json"), SnapshotJson.toJson(left).toString());
        return DaemonUnderTest.start(folder, "confirm", "", machine::set);
    }

    private List<Transcript> transactions() throws IOException {
        return JournalReader.list(journal());
    }

    private SimulatedMachine machine() {
        return Objects.requireNonNull(machine.get());
    }

    /** Where everything is that something is owed to. */
    private static Map<ResourceId, AddressRange> places(Topology topology) {
        Map<ResourceId, AddressRange> places = new TreeMap<>();
        for (PciFunction function : topology.functions()) {
            for (Resource resource : function.resources()) {
                if (!function.address().equals(LEFT_OUT)) {
                    resource.range()
                            .ifPresent(r -> places.put(new ResourceId(function.address(), resource.index()), r));
                }
            }
        }
        return places;
    }

    @Test
    void aPlanOfItsOwnGivesTheEarlierAddressesBackWhereTheRecordedWayDoesNot() throws Exception {
        try (DaemonUnderTest daemon = daemon(UnaryOperator.identity())) {
            Topology left = machine().observe();
            List<Action> recorded = transactions().get(0).intent().orElseThrow().fallback(0).stream()
                    .map(ActionParser::parse)
                    .toList();
            assertThat(places(MODEL.applyAll(left, recorded).after())).isNotEqualTo(places(before));

            JsonObject back = daemon.result("rollback", "{}");

            assertThat(back.get("exit").getAsInt()).as(back.toString()).isZero();
            assertThat(back.get("outcome").getAsString()).isEqualTo("done");
            assertThat(places(machine().observe())).isEqualTo(places(before));
            assertThat(machine().observe().get(FIRST).driver()).contains("nvme");
            assertThat(machine().observe().get(SECOND).driver()).contains("nvme");
        }
        assertThat(transactions()).hasSize(2);
        Transcript own = transactions().get(1);
        assertThat(own.end().map(Entry.End::outcome)).contains("done");
        assertThat(own.intent().orElseThrow().steps()).contains("window:0000:02:00.0:mem:closed");
        assertThat(own.intent().orElseThrow().leftOut()).containsExactly(LEFT_OUT.toString());
    }

    @Test
    void isRefusedWhileSomebodyUsesADiskThatWouldLeaveAndNothingIsTouched() throws Exception {
        try (DaemonUnderTest daemon = daemon(UnaryOperator.identity())) {
            machine().setUsers(SECOND, List.of(new Holder(Holder.Kind.MOUNT, "/srv", "")));

            JsonObject error = daemon.ask("rollback", "{}").getAsJsonObject("error");

            assertThat(exit(error)).isEqualTo(4);
            assertThat(error.toString()).contains("BK-REFUSED", SECOND.toString(), "/srv");
            nothingWasTouched();
        }
    }

    @Test
    void oneThatWasRefusedHasLeftNothingToTakeBackAndDoesNotStandInTheWay() throws Exception {
        try (DaemonUnderTest daemon = daemon(UnaryOperator.identity())) {
            machine().plan(new Fault(1, new Fault.ComesIntoUse(FIRST)));
            JsonObject vetoed = daemon.result("rollback", "{}");
            assertThat(vetoed.get("outcome").getAsString()).isEqualTo("refused");
            assertThat(vetoed.get("exit").getAsInt()).isEqualTo(4);
            machine().setUsers(FIRST, List.of());

            JsonObject back = daemon.result("rollback", "{}");

            assertThat(back.get("exit").getAsInt()).as(back.toString()).isZero();
            assertThat(places(machine().observe())).isEqualTo(places(before));
        }
    }

    @Test
    void aQuestionForTheSizeOfABarDoesNotStandInTheWayEither() throws Exception {
        try (DaemonUnderTest daemon = daemon(UnaryOperator.identity())) {
            List<Effect.ProbeBarSize> questions = List.of(new Effect.ProbeBarSize(LEFT_OUT, 2));
            new SizingProbe().ask(questions, machine().observe(), machine(), Journal.open(journal()));

            JsonObject back = daemon.result("rollback", "{}");

            assertThat(back.get("outcome").getAsString()).isEqualTo("done");
            assertThat(places(machine().observe())).isEqualTo(places(before));
        }
    }

    private static int exit(JsonObject error) {
        return error.getAsJsonObject("data").get("exit").getAsInt();
    }

    private void nothingWasTouched() throws IOException {
        assertThat(machine().performed()).isEmpty();
        assertThat(transactions()).hasSize(1);
    }

    @Test
    void whatWorkedBeforeAndDoesNotIsRepairedFirst() throws Exception {
        try (DaemonUnderTest daemon = daemon(left -> without(left, 16 << 10))) {
            JsonObject back = daemon.result("rollback", "{}");

            assertThat(back.get("exit").getAsInt()).as(back.toString()).isZero();
            PciFunction disk = machine().observe().get(SECOND);
            assertThat(disk.resource(0).flatMap(Resource::range)).isPresent();
            assertThat(disk.driver()).contains("nvme");
            // By the cheapest plan: who works stays in, whatever its address is by now.
            assertThat(machine().performed())
                    .contains(new Effect.Act(new Action.Remove(SECOND)))
                    .doesNotContain(new Effect.Act(new Action.Remove(FIRST)));
        }
    }

    @Test
    void saysSoWhereNoPlanExistsAndTouchesNothing() throws Exception {
        try (DaemonUnderTest daemon = daemon(left -> without(left, 1 << 30))) {
            JsonObject error = daemon.ask("rollback", "{}").getAsJsonObject("error");

            assertThat(exit(error)).isEqualTo(3);
            assertThat(error.toString()).contains("BK-INFEASIBLE", SECOND.toString(), "1 GiB");
            nothingWasTouched();
        }
    }

    /** The second disk has lost its address, and the size of its BAR is this. */
    private static Topology without(Topology left, long size) {
        return left.map(f -> !f.address().equals(SECOND)
                ? f
                : f.withDriver(Optional.of("nvme"))
                        .withResources(f.resources().stream()
                                .map(r -> Resource.unassigned(
                                        r.index(), r.kind(), 0, OptionalLong.of(size), Decoded.closed()))
                                .toList()));
    }
}
