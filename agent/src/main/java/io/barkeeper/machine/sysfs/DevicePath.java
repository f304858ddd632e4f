package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.PciAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a path below {@code /sys/devices} tells about the PCI tree:
 * {@code pci0000:00/0000:00:01.0/0000:01:00.0/nvme/nvme0} lies in 0000:01:00.0, which is below 0000:00:01.0, which is on
 * root bus 0000:00. The path is the only place where sysfs tells a function's parent; the bus number does not, since VFs
 * may have one of their own.
 *
 * @param rootBus {@code DDDD:BB} of the innermost root bus: a VMD controller has one below it
 * @param functions below that root bus, outermost first
 */
record DevicePath(Optional<String> rootBus, List<PciAddress> functions) {

    private static final Pattern ROOT_BUS = Pattern.compile("pci([0-9a-f]{4,8}:[0-9a-f]{2})");

    static DevicePath of(Path path) {
        Optional<String> rootBus = Optional.empty();
        List<PciAddress> functions = new ArrayList<>();
        for (Path element : path) {
            String name = element.toString();
            Matcher root = name.startsWith("pci") ? ROOT_BUS.matcher(name) : null;
            if (root != null && root.matches()) {
                rootBus = Optional.of(root.group(1));
                functions.clear();
            } else {
                PciAddress.tryParse(name).ifPresent(functions::add);
            }
        }
        return new DevicePath(rootBus, List.copyOf(functions));
    }

    /** The function that the path ends in or lies in. */
    Optional<PciAddress> innermost() {
        return functions.isEmpty() ? Optional.empty() : Optional.of(functions.get(functions.size() - 1));
    }

    /** The bridge above the innermost function; empty on a root bus. */
    Optional<PciAddress> parent() {
        return functions.size() < 2 ? Optional.empty() : Optional.of(functions.get(functions.size() - 2));
    }
}
