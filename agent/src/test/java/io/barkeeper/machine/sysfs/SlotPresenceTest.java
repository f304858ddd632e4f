package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import io.barkeeper.testkit.CapturedTree;
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
        assertThat(SlotPresence.emptyOf(new SysfsPaths(tree), all)).isEqualTo(withoutCard);
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

        assertThat(SlotPresence.emptyOf(new SysfsPaths(tree), List.of(upstream, PciAddress.parse("0000:7f:00.0"))))
                .isEmpty();
    }
}
