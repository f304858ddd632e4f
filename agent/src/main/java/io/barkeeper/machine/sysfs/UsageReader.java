package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.policy.Holder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks who uses a function: its disks, its device nodes, its interfaces, its IOMMU group, its VFs. One instance is one
 * look at {@code /proc}.
 */
final class UsageReader {

    private static final int UP = 1;

    private final SysfsPaths paths;
    private final OpenFiles open;
    private @Nullable HolderNames names;

    UsageReader(SysfsPaths paths) {
        this.paths = paths;
        this.open = OpenFiles.read(paths.proc());
    }

    /**
     * The holders of a function; none when it may be taken.
     *
     * @param claims takes the disks that nobody holds, and keeps them for as long as the caller likes
     */
    List<Holder> holders(PciAddress function, DiskClaims claims) {
        DeviceTree tree = DeviceTree.of(paths, function);
        List<Holder> holders = new ArrayList<>();
        for (DeviceNode disk : tree.disks()) {
            holders.addAll(disk(tree, disk, claims));
        }
        for (DeviceNode node : tree.nodes()) {
            processes(node.number(), Holder.Kind.PROCESS, "/dev/" + node.name(), holders);
        }
        if (open.unreadable() > 0 && !tree.nodes().isEmpty()) {
            holders.add(unreadable(open.unreadable() + " processes", "their open files need CAP_SYS_PTRACE"));
        }
        interfaces(function, tree, holders);
        group(function, holders);
        override(function, holders);
        virtualFunctions(function, claims, holders);
        return holders.stream().distinct().toList();
    }

    private List<Holder> disk(DeviceTree tree, DeviceNode disk, DiskClaims claims) {
        DiskClaims.Attempt attempt = claims.claim(paths, disk);
        if (attempt instanceof DiskClaims.Taken) {
            return List.of();
        }
        if (attempt instanceof DiskClaims.Unknown unknown) {
            return List.of(unreadable(disk.name(), unknown.why()));
        }
        List<Holder> holders = new ArrayList<>(named(disk));
        tree.partitionsOf(disk).forEach(p -> holders.addAll(named(p)));
        if (holders.isEmpty()) {
            holders.add(new Holder(
                    Holder.Kind.EXCLUSIVE_OPEN, "/dev/" + disk.name(), "no mount, swap or block device shows who"));
        }
        return holders;
    }

    private List<Holder> named(DeviceNode node) {
        if (names == null) {
            names = HolderNames.read(paths);
        }
        return names.of(node.number().text(), node.name(), node.sysfs());
    }

    private void processes(DeviceNode.Id number, Holder.Kind kind, String detail, List<Holder> holders) {
        for (String process : open.of(number)) {
            holders.add(new Holder(kind, process, detail));
        }
    }

    private void interfaces(PciAddress function, DeviceTree tree, List<Holder> holders) {
        for (Path net : tree.interfaces()) {
            String name = SysfsPaths.name(net);
            Optional<Integer> flags = SysfsPaths.text(net.resolve("flags")).flatMap(UsageReader::hex);
            if (flags.isEmpty()) {
                holders.add(unreadable(name, "its flags"));
            } else if ((flags.get() & UP) != 0) {
                holders.add(new Holder(Holder.Kind.INTERFACE_UP, name, ""));
            }
            SysfsPaths.linkName(net.resolve("master"))
                    .ifPresent(m -> holders.add(new Holder(Holder.Kind.INTERFACE_UP, name, "member of " + m)));
            for (Path entry : SysfsPaths.entries(net)) {
                if (SysfsPaths.name(entry).startsWith("upper_")) {
                    String upper = SysfsPaths.name(entry).substring("upper_".length());
                    holders.add(new Holder(Holder.Kind.INTERFACE_UP, name, "below " + upper));
                }
            }
        }
        boolean network = SysfsPaths.text(paths.device(function).resolve("class"))
                .map(c -> c.startsWith("0x02"))
                .orElse(false);
        String driver = paths.driverOf(function).orElse("");
        if (network && tree.interfaces().isEmpty() && !driver.isEmpty() && !driver.startsWith("vfio")) {
            holders.add(unreadable(
                    "its interface", "driver " + driver + " shows none here; it may be in another network namespace"));
        }
    }

    private static Optional<Integer> hex(String text) {
        String digits = text.startsWith("0x") ? text.substring(2) : text;
        return digits.matches("[0-9a-fA-F]{1,7}") ? Optional.of(Integer.parseInt(digits, 16)) : Optional.empty();
    }

    private void group(PciAddress function, List<Holder> holders) {
        SysfsPaths.linkName(paths.device(function).resolve("iommu_group")).ifPresent(group -> {
            String[] number = SysfsPaths.text(paths.root().resolve("sys/class/vfio/" + group + "/dev"))
                    .orElse("")
                    .split(":");
            if (number.length == 2 && number[0].matches("[0-9]+") && number[1].matches("[0-9]+")) {
                DeviceNode.Id node = new DeviceNode.Id(false, Long.parseLong(number[0]), Long.parseLong(number[1]));
                for (String process : open.of(node)) {
                    holders.add(new Holder(Holder.Kind.VFIO, group, process));
                }
                if (open.unreadable() > 0) {
                    holders.add(unreadable(
                            "VFIO group " + group,
                            "the open files of " + open.unreadable() + " processes need CAP_SYS_PTRACE"));
                }
            }
        });
    }

    /**
     * A remove forgets the override. A transaction puts it back and binds the driver of before, which fails in two cases: the
     * kernel binds no driver but the one that the override names ({@code driver_match_device()}), and a VF is made anew only
     * after that.
     */
    private void override(PciAddress function, List<Holder> holders) {
        Path device = paths.device(function);
        Optional<String> override =
                SysfsPaths.text(device.resolve("driver_override")).filter(o -> !o.isEmpty() && !o.equals("(null)"));
        Optional<String> driver = paths.driverOf(function);
        if (override.isEmpty()) {
            return;
        }
        if (Files.isSymbolicLink(device.resolve("physfn"))) {
            holders.add(new Holder(
                    Holder.Kind.DRIVER,
                    override.get(),
                    "set by driver_override of a VF, which would be lost; clear it first"));
        } else if (driver.isPresent() && !driver.equals(override)) {
            holders.add(new Holder(
                    Holder.Kind.DRIVER,
                    driver.get(),
                    "which would not bind again, for driver_override names " + override.get() + "; clear it first"));
        }
    }

    private void virtualFunctions(PciAddress function, DiskClaims claims, List<Holder> holders) {
        for (Path entry : SysfsPaths.entries(paths.device(function))) {
            if (SysfsPaths.name(entry).startsWith("virtfn") && Files.isSymbolicLink(entry)) {
                SysfsPaths.linkName(entry)
                        .flatMap(PciAddress::tryParse)
                        .ifPresent(vf -> holders(vf, claims)
                                .forEach(h ->
                                        holders.add(new Holder(h.kind(), h.name(), "VF " + vf + " " + h.detail()))));
            }
        }
    }

    private static Holder unreadable(String what, String why) {
        return new Holder(Holder.Kind.UNREADABLE, what, why);
    }
}
