package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Attributes;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.nativeshim.Errno;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.policy.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes go to a made-up tree, where each attribute is a plain file that keeps what was written to it. */
class SysfsMachineTest {

    private static final PciAddress PORT = PciAddress.parse("0000:00:01.0");
    private static final PciAddress CARD = PciAddress.parse("0000:01:00.0");
    private static final Deadlines SHORT =
            new Deadlines(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofMillis(1), Duration.ofMillis(1));

    @TempDir
    private Path root;

    @BeforeEach
    void makeTree() throws IOException {
        Path devices = Files.createDirectories(root.resolve("sys/devices/pci0000:00"));
        Path port = Files.createDirectories(devices.resolve(PORT.toString()));
        Path card = Files.createDirectories(port.resolve(CARD.toString()));
        Path bus = Files.createDirectories(root.resolve("sys/bus/pci/devices"));
        Files.createSymbolicLink(bus.resolve(PORT.toString()), port);
        Files.createSymbolicLink(bus.resolve(CARD.toString()), card);
        Path driver = Files.createDirectories(root.resolve("sys/bus/pci/drivers/e1000e"));
        Files.createSymbolicLink(card.resolve("driver"), driver);
        Files.createDirectories(root.resolve("proc"));
        for (Path file : List.of(
                driver.resolve("unbind"),
                driver.resolve("bind"),
                card.resolve("remove"),
                port.resolve("rescan"),
                root.resolve("sys/bus/pci/rescan"),
                root.resolve("sys/bus/pci/resource_alignment"))) {
            Files.writeString(file, "");
        }
        Files.createDirectories(port.resolve("power"));
        Files.writeString(port.resolve("power/control"), "auto\n");
        Files.writeString(port.resolve("d3cold_allowed"), "1\n");
        Files.write(card.resolve("config"), new byte[] {0, 0, 0, 0, 0x47, 0x01, 0x10, 0});
        Files.writeString(card.resolve("class"), "0x020000\n");
    }

    private SysfsMachine machine(SysfsMachine.Access access) {
        return new SysfsMachine(
                root,
                earlier -> {
                    throw new MachineException("BK-TEST", "this tree is only written to");
                },
                access,
                SHORT);
    }

    private Outcome perform(Effect effect) {
        try (SysfsMachine machine = machine(SysfsMachine.Access.READ_WRITE)) {
            return machine.perform(effect);
        }
    }

    private Path net(String flags) throws IOException {
        Path net = Files.createDirectories(root.resolve("sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/net/eth7"));
        Files.writeString(net.resolve("flags"), flags);
        return net;
    }

    private String text(String path) throws IOException {
        return Files.readString(root.resolve(path)).strip();
    }

    @Test
    void an_interface_that_is_down_is_quiesced() throws IOException {
        net("0x1002");

        assertThat(perform(new Effect.Quiesce(CARD))).isInstanceOf(Outcome.Done.class);
        assertThat(text("sys/bus/pci/drivers/e1000e/unbind")).isEqualTo(CARD.toString());
    }

    @Test
    void an_interface_that_is_up_vetoes_and_nothing_is_written() throws IOException {
        net("0x1003");

        assertThat(perform(new Effect.Quiesce(CARD)))
                .isEqualTo(new Outcome.Vetoed(List.of(new Holder(Holder.Kind.INTERFACE_UP, "eth7", ""))));
        assertThat(text("sys/bus/pci/drivers/e1000e/unbind")).isEmpty();
    }

    @Test
    void a_member_of_a_bond_with_a_vlan_on_top_is_held() throws IOException {
        Path net = net("0x1002");
        Files.createSymbolicLink(net.resolve("master"), Path.of("../bond0"));
        Files.createSymbolicLink(net.resolve("upper_vlan7"), Path.of("../vlan7"));

        Outcome outcome = perform(new Effect.Quiesce(CARD));

        assertThat(outcome).isInstanceOf(Outcome.Vetoed.class);
        assertThat(outcome.toString()).contains("member of bond0").contains("below vlan7");
    }

    @Test
    void an_interface_that_is_nowhere_to_be_seen_counts_as_held() {
        assertThat(perform(new Effect.Quiesce(CARD)).toString()).contains("another network namespace");
    }

    @Test
    void a_disk_without_a_node_counts_as_held() throws IOException {
        Path card = root.resolve("sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0");
        Files.writeString(card.resolve("class"), "0x010802\n");
        Path disk = Files.createDirectories(card.resolve("nvme/nvme0/nvme0n1"));
        Files.writeString(disk.resolve("dev"), "259:0\n");
        Files.createSymbolicLink(disk.resolve("subsystem"), Path.of("../../../../class/block"));

        assertThat(perform(new Effect.Quiesce(CARD)).toString())
                .contains("cannot be checked: nvme0n1")
                .contains("nvme0n1");
    }

    @Test
    void survivors_are_held_awake_and_put_back() throws IOException {
        Outcome held = perform(new Effect.HoldAwake(List.of(PORT)));

        assertThat(text("sys/bus/pci/devices/0000:00:01.0/power/control")).startsWith("on");
        assertThat(text("sys/bus/pci/devices/0000:00:01.0/d3cold_allowed")).isEqualTo("0");
        Map<String, String> prior = Attributes.parse(((Outcome.Done) held).detail());
        assertThat(prior)
                .containsEntry("devices/0000:00:01.0/power/control", "auto")
                .containsEntry("devices/0000:00:01.0/d3cold_allowed", "1");

        assertThat(perform(new Effect.PutBack(prior))).isEqualTo(Outcome.done());
        assertThat(text("sys/bus/pci/devices/0000:00:01.0/power/control")).isEqualTo("auto");
    }

    @Test
    void nothing_outside_of_the_bus_is_put_back() {
        Outcome outcome = perform(new Effect.PutBack(Map.of("../../../proc/x", "1")));

        assertThat(outcome.toString()).contains("does not lie below");
    }

    @Test
    void decode_is_switched_off_in_the_command_register_only() throws IOException {
        Outcome outcome = perform(new Effect.Act(new Action.Decode(CARD, false)));

        assertThat(outcome).isEqualTo(new Outcome.Done("command 0x0144, was 0x0147"));
        assertThat(Files.readAllBytes(root.resolve("sys/bus/pci/devices/0000:01:00.0/config")))
                .containsExactly(0, 0, 0, 0, 0x44, 0x01, 0x10, 0);
    }

    @Test
    void removes_and_rescans_are_single_writes() throws IOException {
        perform(new Effect.Act(new Action.Remove(CARD)));
        perform(new Effect.Act(new Action.Rescan(PORT)));
        perform(new Effect.Act(new Action.RescanAll()));
        perform(new Effect.Act(new Action.Align(PORT, 4096)));

        assertThat(text("sys/bus/pci/devices/0000:01:00.0/remove")).isEqualTo("1");
        assertThat(text("sys/bus/pci/devices/0000:00:01.0/rescan")).isEqualTo("1");
        assertThat(text("sys/bus/pci/rescan")).isEqualTo("1");
        assertThat(text("sys/bus/pci/resource_alignment")).isEqualTo("12@0000:00:01.0");
    }

    @Test
    void the_hotplug_service_of_a_port_is_found_by_its_driver() throws IOException {
        Path services = Files.createDirectories(root.resolve("sys/bus/pci_express/devices"));
        Path drivers = Files.createDirectories(root.resolve("sys/bus/pci_express/drivers/pciehp"));
        Files.writeString(drivers.resolve("unbind"), "");
        Path service = Files.createDirectories(services.resolve("0000:00:01.0:pcie004"));
        Files.createDirectories(services.resolve("0000:00:01.0:pcie001"));
        Files.createSymbolicLink(service.resolve("driver"), drivers);

        assertThat(perform(new Effect.UnbindPciehp(PORT))).isEqualTo(Outcome.done());
        assertThat(text("sys/bus/pci_express/drivers/pciehp/unbind")).isEqualTo("0000:00:01.0:pcie004");
    }

    @Test
    void a_window_above_a_device_is_not_touched() {
        Outcome outcome = perform(new Effect.Act(new Action.Window(PORT, ResourceKind.WINDOW_MEM, 0)));

        assertThat(outcome.toString()).contains("in use by what is below");
    }

    @Test
    void a_bar_of_a_function_with_a_driver_is_not_probed() {
        assertThat(perform(new Effect.ProbeBarSize(CARD, 0)).toString()).contains("it has a driver");
    }

    @Test
    void the_errno_of_a_missing_attribute_is_kept() {
        Outcome outcome = perform(new Effect.Act(new Action.Remove(PciAddress.parse("0000:07:00.0"))));

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).errno()).isEqualTo(Errno.ENOENT);
    }

    @Test
    void a_driver_that_does_not_come_is_named() {
        Outcome outcome = perform(new Effect.AwaitDrivers(Map.of(CARD, "igb")));

        assertThat(outcome.toString()).contains("igb on 0000:01:00.0");
    }

    @Test
    void a_read_only_machine_writes_nothing() throws IOException {
        try (SysfsMachine machine = machine(SysfsMachine.Access.READ_ONLY)) {
            assertThat(machine.perform(new Effect.Act(new Action.Remove(CARD)))).isInstanceOf(Outcome.Failed.class);
        }
        assertThat(text("sys/bus/pci/devices/0000:01:00.0/remove")).isEmpty();
    }

    @Test
    void nothing_is_run_after_a_call_that_does_not_return() {
        BoundedCall calls = new BoundedCall();
        java.util.concurrent.CountDownLatch never = new java.util.concurrent.CountDownLatch(1);

        Outcome stuck = calls.run("a write", Duration.ofMillis(1), () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Outcome.done();
        });

        assertThat(stuck).isInstanceOf(Outcome.Stuck.class);
        assertThat(calls.run("another", Duration.ofSeconds(9), Outcome::done)).isInstanceOf(Outcome.Stuck.class);
        never.countDown();
    }
}
