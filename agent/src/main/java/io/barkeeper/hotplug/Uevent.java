package io.barkeeper.hotplug;

import io.barkeeper.pci.PciAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One uevent of the kernel. It is a hint to look, never a fact: sysfs and config space are the truth.
 *
 * @param action {@code add}, {@code remove}, {@code change}, {@code move}, {@code online}, {@code offline},
 *     {@code bind} or {@code unbind}; later kernels may know more
 * @param devicePath below {@code /sys}, with a leading slash
 * @param properties all variables, {@code ACTION} and {@code DEVPATH} included
 */
public record Uevent(String action, String devicePath, Map<String, String> properties) implements ParsedUevent {

    /** Devices, buses, port services and slots: whatever can tell that the tree has changed. */
    private static final Set<String> PCI_SUBSYSTEMS = Set.of("pci", "pci_bus", "pci_express", "slots");

    public Uevent {
        properties = Map.copyOf(properties);
    }

    /** The {@code SUBSYSTEM}, empty text when there is none. */
    public String subsystem() {
        return properties.getOrDefault("SUBSYSTEM", "");
    }

    public boolean concernsPci() {
        return PCI_SUBSYSTEMS.contains(subsystem());
    }

    /** The function that it is about; empty for buses, services and slots. */
    public Optional<PciAddress> function() {
        return Optional.ofNullable(properties.get("PCI_SLOT_NAME")).flatMap(PciAddress::tryParse);
    }

    /** Somebody wrote to a file {@code uevent}: the kernel sends it, but nothing has happened. */
    public boolean isSynthetic() {
        return properties.containsKey("SYNTH_UUID");
    }

    /** {@code add pci 0000:03:00.0}, for logs and followers. */
    @Override
    public String toString() {
        return action + " " + (subsystem().isEmpty() ? "?" : subsystem()) + " "
                + function().map(PciAddress::toString).orElseGet(() -> lastPart(devicePath));
    }

    private static String lastPart(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
