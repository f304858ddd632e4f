package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import io.barkeeper.testkit.CapturedTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which slots say that no card is in them, in a tree captured from a guest. */
class SlotPresenceTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void aHotplugPortWithNobodyBelowIsEmptyAndOneWithACardIsNot() throws Exception {
        Path tree = CapturedTree.unpack("switch-6.1-before", folder);
        Topology topology = SysfsReader.open(tree).read(Optional.empty()).topology();
        List<PciFunction> slots = topology.functions().stream()
                .filter(f -> f.bridge().map(b -> b.hotplug()).orElse(false))
                .toList();
        Set<PciAddress> withoutCard = slots.stream()
                .filter(f -> topology.childrenOf(f.address()).isEmpty())
                .map(PciFunction::address)
                .collect(Collectors.toSet());

        Set<PciAddress> all = slots.stream().map(PciFunction::address).collect(Collectors.toSet());

        assertThat(all).hasSizeGreaterThan(withoutCard.size());
        assertThat(withoutCard).isNotEmpty();
        assertThat(SlotPresence.emptyOf(new SysfsPaths(tree), all, all)).isEqualTo(withoutCard);
    }

    @Test
    void whoHasNoSlotOrIsNotThereIsNotEmpty() throws Exception {
        Path tree = CapturedTree.unpack("switch-6.1-before", folder);
        Topology topology = SysfsReader.open(tree).read(Optional.empty()).topology();
        PciAddress upstream = topology.functions().stream()
                .filter(f -> f.type() == PortType.UPSTREAM_PORT)
                .map(PciFunction::address)
                .findFirst()
                .orElseThrow();

        Set<PciAddress> both = Set.of(upstream, PciAddress.parse("0000:7f:00.0"));

        assertThat(SlotPresence.emptyOf(new SysfsPaths(tree), both, both)).isEmpty();
    }

    @Test
    void whereAcpiHandlesHotPlugTheSlotsDriverIsAskedAndNotThePort() throws Exception {
        Path tree = CapturedTree.unpack("switch-6.1-before", folder);
        Topology topology = SysfsReader.open(tree).read(Optional.empty()).topology();
        PciFunction port = topology.functions().stream()
                .filter(f -> f.bridge().map(b -> b.hotplug()).orElse(false))
                .filter(f -> topology.childrenOf(f.address()).isEmpty())
                .findFirst()
                .orElseThrow();
        List<PciAddress> asked = List.of(port.address());
        SysfsPaths paths = new SysfsPaths(tree);

        removeSlots(tree);
        assertThat(SlotPresence.emptyOf(paths, asked, Set.of()))
                .as("without a slot")
                .isEmpty();
        slot(tree, port, "1");
        assertThat(SlotPresence.emptyOf(paths, asked, Set.of()))
                .as("with a card, whatever the port says")
                .isEmpty();
        slot(tree, port, "0");
        assertThat(SlotPresence.emptyOf(paths, asked, Set.of()))
                .as("without a card")
                .containsExactly(port.address());
        asleep(tree, port);
        assertThat(SlotPresence.emptyOf(paths, asked, Set.of()))
                .as("behind a port that sleeps")
                .isEmpty();
    }

    private static void removeSlots(Path tree) throws IOException {
        for (Path slot : SysfsPaths.entries(tree.resolve("sys/bus/pci/slots"))) {
            for (Path attribute : SysfsPaths.entries(slot)) {
                Files.delete(attribute);
            }
            Files.delete(slot);
        }
    }

    private static void slot(Path tree, PciFunction port, String adapter) throws IOException {
        Path slot = Files.createDirectories(tree.resolve("sys/bus/pci/slots/7"));
        int bus = port.bridge().orElseThrow().secondary();
        Files.writeString(slot.resolve("address"), String.format("0000:%02x:00%n", bus));
        Files.writeString(slot.resolve("adapter"), adapter + "\n");
    }

    private static void asleep(Path tree, PciFunction port) throws IOException {
        Path power = Files.createDirectories(
                new SysfsPaths(tree).device(port.address()).resolve("power"));
        Files.writeString(power.resolve("runtime_status"), "suspended\n");
    }
}
