package io.barkeeper.snapshot.paste;

import java.util.Map;
import java.util.OptionalInt;

/** Class codes for the names that {@code lspci} prints without {@code -nn} (PCI Code and ID Assignment; pci.ids). */
final class ClassCodes {

    static final int PCI_BRIDGE = 0x0604;
    static final int SEMI_TRANSPARENT = 0x0609;

    /** Base class FFh, "does not fit in any defined class": stands for a class that nobody printed. */
    static final int UNKNOWN = 0xff0000;

    private static final Map<String, Integer> NAMES = Map.ofEntries(
            Map.entry("Non-VGA unclassified device", 0x0000),
            Map.entry("SCSI storage controller", 0x0100),
            Map.entry("IDE interface", 0x0101),
            Map.entry("RAID bus controller", 0x0104),
            Map.entry("SATA controller", 0x0106),
            Map.entry("Serial Attached SCSI controller", 0x0107),
            Map.entry("Non-Volatile memory controller", 0x0108),
            Map.entry("Mass storage controller", 0x0180),
            Map.entry("Ethernet controller", 0x0200),
            Map.entry("Infiniband controller", 0x0207),
            Map.entry("Network controller", 0x0280),
            Map.entry("VGA compatible controller", 0x0300),
            Map.entry("3D controller", 0x0302),
            Map.entry("Display controller", 0x0380),
            Map.entry("Multimedia video controller", 0x0400),
            Map.entry("Multimedia audio controller", 0x0401),
            Map.entry("Audio device", 0x0403),
            Map.entry("Multimedia controller", 0x0480),
            Map.entry("RAM memory", 0x0500),
            Map.entry("Memory controller", 0x0580),
            Map.entry("Host bridge", 0x0600),
            Map.entry("ISA bridge", 0x0601),
            Map.entry("PCI bridge", PCI_BRIDGE),
            Map.entry("CardBus bridge", 0x0607),
            Map.entry("Semi-transparent PCI-to-PCI bridge", SEMI_TRANSPARENT),
            Map.entry("Bridge", 0x0680),
            Map.entry("Serial controller", 0x0700),
            Map.entry("Communication controller", 0x0780),
            Map.entry("PIC", 0x0800),
            Map.entry("IOMMU", 0x0806),
            Map.entry("System peripheral", 0x0880),
            Map.entry("USB controller", 0x0c03),
            Map.entry("SMBus", 0x0c05),
            Map.entry("Encryption controller", 0x1080),
            Map.entry("Signal processing controller", 0x1180),
            Map.entry("Processing accelerators", 0x1200),
            Map.entry("Unassigned class", 0xff00));

    private ClassCodes() {}

    /** Base class and subclass, 16 bits; empty for a name that is not in the list. */
    static OptionalInt ofName(String name) {
        Integer code = NAMES.get(name.strip());
        return code == null ? OptionalInt.empty() : OptionalInt.of(code);
    }
}
