package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.PciAddress;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The Max_Payload_Size that functions are set to (PCIe 6.0, 7.5.3.4: bits 7 to 5 of Device Control, 128 bytes times 2^n). */
final class PayloadSizes {

    private static final int DEVICE_CONTROL = 8;
    private static final int SMALLEST = 128;

    private PayloadSizes() {}

    static Map<PciAddress, Integer> of(SysfsPaths paths, Collection<PciAddress> functions) {
        Map<PciAddress, Integer> sizes = new TreeMap<>();
        for (PciAddress function : functions) {
            ExpressCapability.of(paths, function)
                    .ifPresent(e -> sizes.put(function, SMALLEST << ((e.u16(DEVICE_CONTROL) >> 5) & 7)));
        }
        return sizes;
    }
}
