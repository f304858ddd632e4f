package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.AttributeFile;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.PciAddress;
import java.nio.file.Path;
import java.util.Optional;

/** The first 256 bytes of config space as they are now, of a function that is awake. */
final class AwakeConfig {

    private AwakeConfig() {}

    /** Empty for a function that is asleep, which reading would wake, or that has gone. */
    static Optional<ConfigSpace> of(SysfsPaths paths, PciAddress function) {
        Path device = paths.device(function);
        boolean asleep = SysfsPaths.text(device.resolve("power/runtime_status"))
                .filter("suspended"::equals)
                .isPresent();
        if (asleep) {
            return Optional.empty();
        }
        try {
            return ConfigSpace.of(
                    AttributeFile.pread(device.resolve("config"), 0, ConfigSpace.Visibility.CONVENTIONAL.length()));
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }
}
