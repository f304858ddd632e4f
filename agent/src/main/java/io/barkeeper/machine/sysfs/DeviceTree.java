package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything that hangs on a PCI function: disks, partitions, character devices and network interfaces.
 *
 * <p>All of it lies below the function's directory in sysfs, with one exception: the block devices of NVMe namespaces
 * with multipath. Those hang on the subsystem ({@code /sys/class/nvme-subsystem/nvme-subsysN}), which links to its
 * controllers.
 */
record DeviceTree(List<DeviceNode> nodes, List<Path> interfaces) {

    private static final int DEEPEST = 16;
    private static final Set<String> LEAVES =
            Set.of("power", "msi_irqs", "statistics", "queues", "trace", "mq", "hwmon");

    static DeviceTree of(SysfsPaths paths, PciAddress function) {
        TreeMap<String, DeviceNode> nodes = new TreeMap<>();
        List<Path> interfaces = new ArrayList<>();
        real(paths.device(function)).ifPresent(dir -> {
            collect(dir, 0, nodes, interfaces);
            for (Path subsystem : SysfsPaths.entries(paths.root().resolve("sys/class/nvme-subsystem"))) {
                boolean ours = SysfsPaths.entries(subsystem).stream()
                        .filter(Files::isSymbolicLink)
                        .flatMap(link -> real(link).stream())
                        .anyMatch(controller -> controller.startsWith(dir));
                if (ours) {
                    real(subsystem).ifPresent(s -> collect(s, 0, nodes, interfaces));
                }
            }
        });
        return new DeviceTree(List.copyOf(nodes.values()), List.copyOf(interfaces));
    }

    private static Optional<Path> real(Path path) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void collect(Path dir, int depth, TreeMap<String, DeviceNode> nodes, List<Path> interfaces) {
        if (depth > DEEPEST) {
            return;
        }
        for (Path entry : SysfsPaths.entries(dir)) {
            String name = SysfsPaths.name(entry);
            boolean other = PciAddress.tryParse(name).isPresent() || LEAVES.contains(name);
            if (other || !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            node(entry).ifPresent(n -> nodes.put(n.number().toString(), n));
            if (SysfsPaths.name(dir).equals("net") && Files.exists(entry.resolve("flags"))) {
                interfaces.add(entry);
            }
            collect(entry, depth + 1, nodes, interfaces);
        }
    }

    private static Optional<DeviceNode> node(Path dir) {
        String[] numbers = SysfsPaths.text(dir.resolve("dev")).orElse("").split(":");
        if (numbers.length != 2 || !numbers[0].matches("[0-9]+") || !numbers[1].matches("[0-9]+")) {
            return Optional.empty();
        }
        boolean partition = Files.exists(dir.resolve("partition"));
        boolean block = SysfsPaths.linkName(dir.resolve("subsystem")).orElse("").equals("block");
        String name = SysfsPaths.text(dir.resolve("uevent"))
                .flatMap(u -> u.lines().filter(l -> l.startsWith("DEVNAME=")).findFirst())
                .map(l -> l.substring("DEVNAME=".length()))
                .orElse(SysfsPaths.name(dir).replace('!', '/'));
        DeviceNode.Id number = new DeviceNode.Id(block, Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        return Optional.of(new DeviceNode(name, block, partition, number, dir));
    }

    List<DeviceNode> disks() {
        return nodes.stream().filter(n -> n.block() && !n.partition()).toList();
    }

    List<DeviceNode> partitionsOf(DeviceNode disk) {
        return nodes.stream()
                .filter(n -> n.partition() && n.sysfs().startsWith(disk.sysfs()))
                .toList();
    }
}
