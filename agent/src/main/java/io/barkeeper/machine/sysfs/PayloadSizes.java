package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The Max_Payload_Size that functions are set to (PCIe 6.0, 7.5.3.4: bits 7 to 5 of Device Control, 128 bytes times 2^n). */
final class PayloadSizes {

    private static final int DEVICE_CONTROL = 8;
    private static final int SMALLEST = 128;

    private PayloadSizes() {}

    static Map<PciAddress, Integer> of(SysfsPaths paths, Collection<PciAddress> functions) {
        Map<PciAddress, Integer> sizes = new TreeMap<>();
        for (PciAddress function : functions) {
            Path device = paths.device(function);
            boolean asleep = SysfsPaths.text(device.resolve("power/runtime_status"))
                    .filter("suspended"::equals)
                    .isPresent();
            if (!asleep) {
                read(device.resolve("config")).ifPresent(size -> sizes.put(function, size));
            }
        }
        return sizes;
    }

    private static OptionalInt read(Path file) {
        try {
            Optional<ConfigSpace> config = ConfigSpace.of(Files.readAllBytes(file));
            OptionalInt express =
                    config.isEmpty() ? OptionalInt.empty() : config.get().capability(ConfigSpace.CAP_EXPRESS);
            return express.isEmpty()
                    ? express
                    : OptionalInt.of(SMALLEST << ((config.get().u16(express.getAsInt() + DEVICE_CONTROL) >> 5) & 7));
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
