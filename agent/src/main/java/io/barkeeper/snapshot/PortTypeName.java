package io.barkeeper.snapshot;

import io.barkeeper.pci.PortType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the kernel calls a port type when it finds a function: {@code pci_setup_device()} prints it since 6.9. */
public final class PortTypeName {

    private static final List<Map.Entry<String, PortType>> NAMES = List.of(
            Map.entry("PCIe Endpoint", PortType.ENDPOINT),
            Map.entry("PCIe Legacy Endpoint", PortType.LEGACY_ENDPOINT),
            Map.entry("PCIe Root Port", PortType.ROOT_PORT),
            Map.entry("PCIe Switch Upstream Port", PortType.UPSTREAM_PORT),
            Map.entry("PCIe Switch Downstream Port", PortType.DOWNSTREAM_PORT),
            Map.entry("PCIe to PCI/PCI-X bridge", PortType.PCIE_TO_PCI_BRIDGE),
            Map.entry("PCI/PCI-X to PCIe bridge", PortType.PCI_TO_PCIE_BRIDGE),
            Map.entry("PCIe Root Complex Integrated Endpoint", PortType.INTEGRATED_ENDPOINT),
            Map.entry("PCIe Root Complex Event Collector", PortType.EVENT_COLLECTOR),
            Map.entry("conventional PCI", PortType.CONVENTIONAL));

    private PortTypeName() {}

    /** The type whose name a text begins with; empty when it is none. */
    public static Optional<PortType> at(String text) {
        return NAMES.stream()
                .filter(n -> text.startsWith(n.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
