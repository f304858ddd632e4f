package io.barkeeper.machine.sysfs;

import io.barkeeper.policy.Holder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Names for those who hold a disk: mounts of every mount namespace, swap, and the block devices on top with their mounts
 * in turn. They explain; whether a disk is held at all is asked by an exclusive open.
 */
final class HolderNames {

    private static final int DEEPEST = 6;

    private final SysfsPaths paths;
    private final List<ProcTables.Mount> mounts;
    private final List<String> swaps;

    private HolderNames(SysfsPaths paths, List<ProcTables.Mount> mounts, List<String> swaps) {
        this.paths = paths;
        this.mounts = mounts;
        this.swaps = swaps;
    }

    static HolderNames read(SysfsPaths paths) {
        Set<ProcTables.Mount> mounts = new LinkedHashSet<>();
        Set<String> namespaces = new HashSet<>();
        for (Path process : SysfsPaths.entries(paths.proc())) {
            if (SysfsPaths.name(process).matches("[0-9]+")) {
                String namespace =
                        SysfsPaths.linkName(process.resolve("ns/mnt")).orElse("of " + process);
                if (namespaces.add(namespace)) {
                    SysfsPaths.text(process.resolve("mountinfo")).ifPresent(t -> mounts.addAll(ProcTables.mounts(t)));
                }
            }
        }
        String swaps = SysfsPaths.text(paths.proc().resolve("swaps")).orElse("");
        return new HolderNames(paths, List.copyOf(mounts), ProcTables.swaps(swaps));
    }

    /** Who holds this disk or partition; empty when nothing tells. */
    List<Holder> of(String number, String name, Path sysfs) {
        List<Holder> holders = new ArrayList<>();
        collect(number, name, sysfs, 0, holders);
        return holders.stream().distinct().toList();
    }

    private void collect(String number, String name, Path sysfs, int depth, List<Holder> holders) {
        String node = "/dev/" + name;
        for (ProcTables.Mount mount : mounts) {
            if (mount.number().equals(number) || mount.source().equals(node)) {
                holders.add(new Holder(Holder.Kind.MOUNT, mount.point(), node));
            }
        }
        if (swaps.contains(node)) {
            holders.add(new Holder(Holder.Kind.SWAP, node, ""));
        }
        for (Path upper : SysfsPaths.entries(sysfs.resolve("holders"))) {
            String device = SysfsPaths.name(upper);
            String label = SysfsPaths.text(upper.resolve("dm/name")).orElse("");
            holders.add(new Holder(Holder.Kind.BLOCK_HOLDER, device, label.isEmpty() ? node : label + " on " + node));
            if (depth < DEEPEST) {
                String upperNumber = SysfsPaths.text(upper.resolve("dev")).orElse("");
                collect(upperNumber, device, paths.root().resolve("sys/class/block/" + device), depth + 1, holders);
                mountsOf("/dev/mapper/" + label, holders);
            }
        }
    }

    private void mountsOf(String node, List<Holder> holders) {
        for (ProcTables.Mount mount : mounts) {
            if (mount.source().equals(node)) {
                holders.add(new Holder(Holder.Kind.MOUNT, mount.point(), node));
            }
        }
    }
}
