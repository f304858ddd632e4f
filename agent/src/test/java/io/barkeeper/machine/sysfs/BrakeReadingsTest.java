package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.machine.Hindrance;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import io.barkeeper.testing.TreeBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a machine says that nothing should be changed now. */
class BrakeReadingsTest {

    private static final PciAddress PORT = PciAddress.parse("0000:00:01.0");
    private static final int DPC = 0x1d;

    @TempDir
    Path root = Path.of("");

    private final Topology machine = TreeBuilder.bare("7.2.13")
            .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
            .build();

    private List<Hindrance> found() {
        return new Hindrances(new SysfsPaths(root)).of(machine, List.of(PORT));
    }

    private void write(String path, byte[] bytes) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, bytes);
    }

    private void writePort(int dpcStatus) throws IOException {
        ByteBuffer config = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        config.putInt(0, 0x000c_1b36).putInt(0x100, 0x0001_0000 | DPC).putShort(0x108, (short) dpcStatus);
        write("sys/bus/pci/devices/" + PORT + "/config", config.array());
    }

    @Test
    void aQuietMachineHindersNothing() throws IOException {
        writePort(0);
        write("proc/sys/kernel/hung_task_panic", "0\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(found()).isEmpty();
    }

    @Test
    void aPortWhoseContainmentIsTriggeredIsInErrorRecovery() throws IOException {
        writePort(0x1f01);
        assertThat(found())
                .singleElement()
                .satisfies(h -> assertThat(h.kind()).isEqualTo(Hindrance.Kind.ERROR_RECOVERY))
                .satisfies(h -> assertThat(h.why()).contains(PORT.toString()));
    }

    /** A port whose slot has a power controller: PCI Express capability at 40h. */
    private void writeSlot(int capabilities, int control, int status) throws IOException {
        ByteBuffer config = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        config.putInt(0, 0x000c_1b36).putShort(0x06, (short) 0x10).put(0x34, (byte) 0x40);
        config.put(0x40, (byte) 0x10).putShort(0x42, (short) 0x142).putInt(0x54, capabilities);
        config.putShort(0x58, (short) control).putShort(0x5a, (short) status);
        write("sys/bus/pci/devices/" + PORT + "/config", config.array());
    }

    @Test
    void aCardThatSomebodyHasSwitchedOffStaysOff() throws IOException {
        writeSlot(0x2, 0x400, 0x40);
        assertThat(found())
                .singleElement()
                .satisfies(h -> assertThat(h.kind()).isEqualTo(Hindrance.Kind.POWERED_OFF))
                .satisfies(h -> assertThat(h.why()).contains(PORT.toString(), "switched on"));
    }

    @Test
    void aSlotWithoutACardOrWithPowerOrWithoutAControllerHindersNothing() throws IOException {
        writeSlot(0x2, 0x400, 0);
        assertThat(found()).isEmpty();
        writeSlot(0x2, 0, 0x40);
        assertThat(found()).isEmpty();
        writeSlot(0, 0x400, 0x40);
        assertThat(found()).isEmpty();
    }

    @Test
    void aPortThatDoesNotAnswerIsNotTakenForOne() throws IOException {
        byte[] nothing = new byte[4096];
        Arrays.fill(nothing, (byte) 0xff);
        write("sys/bus/pci/devices/" + PORT + "/config", nothing);
        assertThat(found()).isEmpty();
    }

    @Test
    void aKernelThatPanicsOfAHungTaskHinders() throws IOException {
        write("proc/sys/kernel/hung_task_panic", "1\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(found()).extracting(Hindrance::kind).containsExactly(Hindrance.Kind.HUNG_TASK_PANIC);
    }

    @Test
    void aSessionOfALiveUpdateHindersUntilItIsClosed() throws IOException {
        write("dev/liveupdate", new byte[0]);
        write("proc/4242/comm", "luod\n".getBytes(StandardCharsets.US_ASCII));
        Path file = root.resolve("proc/4242/fd/5");
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.createSymbolicLink(file, Path.of("anon_inode:[luo_session]"));

        assertThat(found())
                .singleElement()
                .satisfies(h -> assertThat(h.kind()).isEqualTo(Hindrance.Kind.LIVE_UPDATE))
                .satisfies(h -> assertThat(h.why()).contains("4242").contains("luod"));

        Files.delete(file);
        assertThat(found()).isEmpty();
    }

    @Test
    void aSystemOnItsWayDownHindersAndARunningOneDoesNot() {
        assertThat(Hindrances.systemState(List.of("echo", "stopping")))
                .hasValueSatisfying(h -> assertThat(h.kind()).isEqualTo(Hindrance.Kind.SYSTEM_STATE));
        assertThat(Hindrances.systemState(List.of("echo", "running"))).isEmpty();
        assertThat(Hindrances.systemState(List.of("echo", "degraded"))).isEmpty();
        assertThat(Hindrances.systemState(List.of("/no/such/command"))).isEmpty();
    }
}
