package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import io.barkeeper.testkit.CapturedTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees that are damaged, incomplete, or of a machine that hides something. */
class BadTreeTest {

    private static final PciAddress DISK = PciAddress.parse("0000:03:00.0");
    private static final PciAddress NEWCOMER = PciAddress.parse("0000:06:00.0");

    @TempDir
    private Path root;

    private Path device(PciAddress address) {
        return root.resolve("sys/bus/pci/devices").resolve(address.toString());
    }

    private void unpack() throws Exception {
        CapturedTree.unpack("switch-6.1-after", root);
    }

    private Observation read() throws Exception {
        return read(Optional.empty());
    }

    private Observation read(Optional<Topology> earlier) throws Exception {
        return SysfsReader.open(root).read(earlier);
    }

    private void assertRefused(String code, String... words) {
        assertThatThrownBy(this::read)
                .asInstanceOf(type(MachineException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void anOrdinaryDirectoryIsNoSysroot() {
        assertRefused("BK-NOT-A-SYSROOT", root.toString(), "sys/bus/pci/devices");
    }

    @Test
    void aTruncatedConfigIsNamed() throws Exception {
        unpack();
        Path config = device(DISK).resolve("config");
        Files.write(config, Arrays.copyOf(Files.readAllBytes(config), 100));

        assertRefused("BK-CONFIG-TRUNCATED", "0000:03:00.0", "100 bytes");
    }

    @Test
    void garbageRowsAreNamed() throws Exception {
        unpack();
        Files.writeString(device(DISK).resolve("resource"), "0x0 0x0 0x0\n".repeat(6) + "rubbish\n");

        assertRefused("BK-BAD-ATTRIBUTE", "0000:03:00.0", "line 7", "rubbish");
    }

    @Test
    void anAttributeThatIsNoNumberIsNamed() throws Exception {
        unpack();
        Files.writeString(device(DISK).resolve("vendor"), "0xzzzz\n");

        assertRefused("BK-BAD-ATTRIBUTE", "vendor", "0xzzzz");
    }

    @Test
    void aDeviceThatIsGoneWhileItIsReadEndsInAClearError() throws Exception {
        unpack();
        Files.delete(device(DISK).resolve("class"));

        assertRefused("BK-MACHINE-CHANGING", "3 times", "0000:03:00.0");
    }

    @Test
    void withoutALogTheRegisterShowsThatABarExistsAndItsSizeIsUnknown() throws Exception {
        unpack();
        Files.delete(root.resolve("dmesg"));

        Observation observation = read();

        Resource big = observation.topology().get(NEWCOMER).resource(2).orElseThrow();
        assertThat(big.size()).isEmpty();
        assertThat(big.isAssigned()).isFalse();
        assertThat(observation.notes().has("BK-NOTE-LOG")).isTrue();
        assertThat(observation.notes().has("BK-NOTE-SIZE")).isTrue();
        assertThat(observation.topology().hostBridges().get(0).apertures()).isNotEmpty();
    }

    @Test
    void anEarlierSnapshotOfThisBootKnowsTheSize() throws Exception {
        unpack();
        Topology earlier = read().topology();
        Files.delete(root.resolve("dmesg"));

        assertThat(read(Optional.of(earlier))
                        .topology()
                        .get(NEWCOMER)
                        .resource(2)
                        .orElseThrow()
                        .size())
                .hasValue(256L << 20);
    }

    @Test
    void aMachineIsToldByAnotherProcessWhatItSawEarlier() throws Exception {
        unpack();
        Topology earlier = read().topology();
        Files.delete(root.resolve("dmesg"));

        try (SysfsMachine machine = SysfsMachine.open(root, SysfsMachine.Access.READ_ONLY)) {
            machine.recall(earlier);

            assertThat(machine.observe().get(NEWCOMER).resource(2).orElseThrow().size())
                    .hasValue(256L << 20);
        }
    }

    @Test
    void lockdownForbidsToWriteConfigSpace() throws Exception {
        unpack();
        Path security = Files.createDirectories(root.resolve("sys/kernel/security"));

        try (SysfsMachine machine = SysfsMachine.open(root, SysfsMachine.Access.READ_ONLY)) {
            assertThat(machine.configWritable()).isTrue();
            Files.writeString(security.resolve("lockdown"), "[none] integrity confidentiality\n");
            assertThat(machine.configWritable()).isTrue();
            Files.writeString(security.resolve("lockdown"), "none [integrity] confidentiality\n");
            assertThat(machine.configWritable()).isFalse();
        }
    }

    @Test
    void aSnapshotOfAnotherBootIsLeftAside() throws Exception {
        unpack();
        Topology earlier = read().topology();
        Files.delete(root.resolve("dmesg"));
        Files.writeString(root.resolve("proc/sys/kernel/random/boot_id"), "another\n");

        assertThat(read(Optional.of(earlier))
                        .topology()
                        .get(NEWCOMER)
                        .resource(2)
                        .orElseThrow()
                        .size())
                .isEmpty();
    }

    @Test
    void theRegistersOfASuspendedFunctionAreNotRead() throws Exception {
        unpack();
        Topology awake = read().topology();
        Files.writeString(device(DISK).resolve("power/runtime_status"), "suspended\n");
        Files.write(device(DISK).resolve("config"), new byte[7]);

        PciFunction disk = read(Optional.of(awake)).topology().get(DISK);

        assertThat(disk.traits().suspended()).isTrue();
        assertThat(disk.command()).isEmpty();
        assertThat(disk.type()).isEqualTo(awake.get(DISK).type());
        assertThat(disk.resource(0).orElseThrow().hardware()).isEqualTo(Decoded.unread());
    }

    @Test
    void whatOnlyRootMaySeeIsSaidToBeUnknown() throws Exception {
        unpack();
        Path config = device(NEWCOMER).resolve("config");
        Files.write(config, Arrays.copyOf(Files.readAllBytes(config), 64));
        Files.writeString(
                root.resolve("proc/iomem"),
                Files.readString(root.resolve("proc/iomem"))
                        .replaceAll("(?m)^( *)[0-9a-f]+-[0-9a-f]+", "$100000000-00000000"));

        Observation observation = read();

        assertThat(observation.notes().has("BK-NOTE-HEADER-ONLY")).isTrue();
        assertThat(observation.notes().has("BK-NOTE-IOMAP")).isTrue();
        assertThat(observation.topology().reserved()).allMatch(r -> r.io());
    }

    @Test
    void theKernelsOwnOrderOfAdditionIsKeptOnEachBus() throws Exception {
        unpack();
        Files.writeString(
                Files.createDirectories(root.resolve("proc/bus/pci")).resolve("devices"),
                "0210\t104c8233\t0\n0218\t104c8233\t0\n0200\t104c8233\t0\n0208\t104c8233\t0\n");

        assertThat(read().topology().childrenOf(PciAddress.parse("0000:01:00.0")))
                .extracting(f -> f.address().device())
                .containsExactly(2, 3, 0, 1);
    }
}
