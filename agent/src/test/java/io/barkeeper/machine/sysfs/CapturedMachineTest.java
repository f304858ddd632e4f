package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.FirmwareMap;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SnapshotJson;
import io.barkeeper.testkit.CapturedTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees captured from real kernels: a switch before and after a device arrived for which there was no room. */
class CapturedMachineTest {

    private static final PciAddress NEWCOMER = PciAddress.parse("0000:06:00.0");
    private static final PciAddress ROBBED = PciAddress.parse("0000:05:00.0");
    private static final PciAddress UPSTREAM = PciAddress.parse("0000:01:00.0");
    private static final PciAddress PORT = PciAddress.parse("0000:02:03.0");

    @TempDir
    private Path directory;

    private Observation observe(String capture) throws Exception {
        return SysfsReader.open(CapturedTree.unpack("switch-" + capture, directory))
                .read(Optional.empty());
    }

    private static Resource row(Topology topology, PciAddress address, int index) {
        return topology.get(address).resource(index).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "6.1-before",
                "6.1-after",
                "6.12-before",
                "6.12-after",
                "6.18-before",
                "6.18-after",
                "7.2-before",
                "7.2-after"
            })
    void aSnapshotOfItIsTheSameMachine(String capture) throws Exception {
        Topology topology = observe(capture).topology();

        assertThat(SnapshotJson.parse(SnapshotJson.toJson(topology).toString())).isEqualTo(topology);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1-before", "6.12-before", "6.18-before", "7.2-before"})
    void theTreeAndWhatHangsOnItAreRead(String capture) throws Exception {
        Topology topology = observe(capture).topology();

        assertThat(topology.path(PciAddress.parse("0000:03:00.0"))).isEqualTo("0000:00:01.0/00.0/00.0/00.0");
        assertThat(topology.get(PciAddress.parse("0000:00:01.0")).type()).isEqualTo(PortType.ROOT_PORT);
        assertThat(topology.get(UPSTREAM).type()).isEqualTo(PortType.UPSTREAM_PORT);
        PciFunction port = topology.get(PORT);
        assertThat(port.type()).isEqualTo(PortType.DOWNSTREAM_PORT);
        assertThat(port.bridge().orElseThrow().hotplug()).isTrue();
        assertThat(port.bridge().orElseThrow().pciehp()).isTrue();
        assertThat(port.bridge().orElseThrow().slot()).contains("5");
        assertThat(topology.get(PciAddress.parse("0000:03:00.0")).attachments())
                .singleElement()
                .satisfies(a -> assertThat(a.name()).isEqualTo("nvme0n1"))
                .satisfies(a -> assertThat(a.identity()).matches("\\S+ [0-9]+"));
        assertThat(topology.get(PciAddress.parse("0000:03:00.0")).driver()).contains("nvme");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1-before", "6.12-before", "6.18-before", "7.2-before"})
    void theHostBridgeIsReadInTheOrderOfTheLog(String capture) throws Exception {
        Topology topology = observe(capture).topology();

        assertThat(topology.hostBridges()).hasSize(1);
        assertThat(topology.hostBridges().get(0).apertures())
                .extracting(HostBridge.Aperture::range)
                .containsExactly(
                        new AddressRange(0, 0xcf7),
                        new AddressRange(0xd00, 0xffff),
                        new AddressRange(0xa0000, 0xbffff),
                        new AddressRange(0x40000000L, 0xafffffffL),
                        new AddressRange(0xc0000000L, 0xfebfffffL),
                        new AddressRange(0x100000000L, 0x8ffffffffL));
        assertThat(topology.firmware().honoured()).isEqualTo(FirmwareMap.Honoured.YES);
        assertThat(topology.firmware().entries()).hasSize(9);
        assertThat(topology.firmware().gapStart()).hasValue(0x40000000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1-after", "6.12-after", "6.18-after", "7.2-after"})
    void whatTheKernelCouldNotPlaceHasItsSizeFromTheLog(String capture) throws Exception {
        Topology topology = observe(capture).topology();

        Resource big = row(topology, NEWCOMER, 2);
        assertThat(big.isAssigned()).isFalse();
        assertThat(big.size()).hasValue(256L << 20);
        assertThat(big.kind()).isEqualTo(ResourceKind.MEM64_PREF);
        assertThat(big.flags()).isZero();
        Resource ports = row(topology, NEWCOMER, 1);
        assertThat(ports.isAssigned()).isFalse();
        assertThat(ports.size()).hasValue(256);
        assertThat(row(topology, NEWCOMER, 0).hardware())
                .isEqualTo(Decoded.at(row(topology, NEWCOMER, 0).range().orElseThrow()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1-after", "6.12-after", "6.18-after", "7.2-after"})
    void whatTheRetryTookFromANeighbourIsAnOrphan(String capture) throws Exception {
        Topology topology = observe(capture).topology();

        Resource ports = row(topology, ROBBED, 1);
        assertThat(ports.isOrphan()).isTrue();
        assertThat(ports.size()).hasValue(256);
        assertThat(ports.hardware()).isEqualTo(Decoded.at(new AddressRange(0xc000, 0xc0ff)));
        Resource window = row(topology, UPSTREAM, Resource.WINDOW_IO);
        assertThat(window.isAssigned()).isFalse();
        assertThat(window.size()).hasValue(0);
        assertThat(window.retained()).isEqualTo(OptionalLong.of(0x1000));
        assertThat(window.hardware()).isEqualTo(Decoded.closed());
    }

    @Test
    void nothingIsSaidToBeMissingOfACompleteCapture() throws Exception {
        assertThat(observe("7.2-after").notes().notes()).isEmpty();
    }

    /** Taking out the port whose device has the switch's only 4 KiB of I/O: an earlier port may take them. */
    private static final List<Action> FIND_AGAIN =
            List.of(ActionParser.parse("remove:0000:02:02.0"), ActionParser.parse("rescan"));

    @ParameterizedTest
    @ValueSource(strings = {"6.18-before", "6.18-after", "7.2-before", "7.2-after"})
    void whatTheKernelKeepsUnseenIsKnownFromALogThatReachesBackToTheBoot(String capture) throws Exception {
        Topology topology = observe(capture).topology();

        assertThat(topology.functions())
                .flatExtracting(PciFunction::resources)
                .noneSatisfy(r -> assertThat(r.mayKeep()).isPresent());
        assertThat(KernelModels.forKernel(topology.kernel())
                        .applyAll(topology, FIND_AGAIN)
                        .doubts())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.18-before", "7.2-before"})
    void aLogThatBeginsLaterLeavesTheResultOpen(String capture) throws Exception {
        Topology topology = observeWithLogFrom(capture, 400).topology();
        Topology again = SnapshotJson.parse(SnapshotJson.toJson(topology).toString());
        KernelModel model = KernelModels.forKernel(topology.kernel());

        Prediction prediction = model.applyAll(topology, FIND_AGAIN);

        assertThat(row(topology, PORT, Resource.WINDOW_IO).mayKeep()).isPresent();
        assertThat(prediction.doubts())
                .anySatisfy(doubt -> assertThat(doubt.address()).isEqualTo(ROBBED))
                .allSatisfy(doubt -> assertThat(doubt.why()).contains("window 13", "0x1000 or 0"))
                .allSatisfy(doubt -> assertThat(doubt.remedy()).isPresent());
        assertThat(again).isEqualTo(topology);
        assertThat(model.applyAll(again, FIND_AGAIN)).isEqualTo(prediction);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1-before", "6.12-before"})
    void olderKernelsKeepNothingThatALogMustTell(String capture) throws Exception {
        Topology topology = observeWithLogFrom(capture, 400).topology();

        assertThat(topology.functions())
                .flatExtracting(PciFunction::resources)
                .noneSatisfy(r -> assertThat(r.mayKeep()).isPresent());
    }

    private Observation observeWithLogFrom(String capture, int line) throws Exception {
        Path root = CapturedTree.unpack("switch-" + capture, directory);
        Path log = root.resolve("dmesg");
        List<String> lines = Files.readAllLines(log);
        Files.write(log, lines.subList(line, lines.size()));
        return SysfsReader.open(root).read(Optional.empty());
    }
}
