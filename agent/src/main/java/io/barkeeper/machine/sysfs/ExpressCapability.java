package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.PciAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The registers of a function's PCI Express capability as they are now (PCIe 6.0, 7.5.3). Like every capability of its list it
 * lies in the first 256 bytes, and no more is read.
 */
final class ExpressCapability {

    private final ConfigSpace config;
    private final int start;

    private ExpressCapability(ConfigSpace config, int start) {
        this.config = config;
        this.start = start;
    }

    /** Empty for a function that is asleep, which reading would wake, that has no such capability, or that has gone. */
    static Optional<ExpressCapability> of(SysfsPaths paths, PciAddress function) {
        return AwakeConfig.of(paths, function).flatMap(ExpressCapability::in);
    }

    private static Optional<ExpressCapability> in(ConfigSpace config) {
        OptionalInt start = config.capability(ConfigSpace.CAP_EXPRESS);
        return start.isPresent() ? Optional.of(new ExpressCapability(config, start.getAsInt())) : Optional.empty();
    }

    /** The 16-bit register so many bytes behind the start of the capability. */
    int u16(int offset) {
        return config.u16(start + offset);
    }
}
