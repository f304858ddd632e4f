package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.ExclusiveOpen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Exclusive opens of disks. A claim on a disk fails while one of its partitions is held, and keeps each of them from
 * being taken (bd_prepare_to_claim), so it stands for all of them.
 *
 * <p>A disk without a node below {@code /dev}, or whose node belongs to another device, cannot be asked and counts as
 * held: this process makes no nodes of its own, for which it would need {@code CAP_MKNOD}.
 */
final class DiskClaims implements AutoCloseable {

    private final List<ExclusiveOpen> claims = new ArrayList<>();
    private final Set<DeviceNode.Id> taken = new HashSet<>();
    private final Set<DeviceNode.Id> ours;

    /** @param ours what this process has claimed by now, shared between threads: it is not held by somebody else */
    DiskClaims(Set<DeviceNode.Id> ours) {
        this.ours = ours;
    }

    /** What came of the attempt to claim one disk. */
    sealed interface Attempt {}

    /** Nobody holds it, and now it is ours. */
    record Taken() implements Attempt {}

    /** Somebody holds it. */
    record Held() implements Attempt {}

    /** Nobody can tell. */
    record Unknown(String why) implements Attempt {}

    /** Claims a disk; the claim lasts until {@link #close}. */
    Attempt claim(SysfsPaths paths, DeviceNode disk) {
        if (ours.contains(disk.number())) {
            return new Taken();
        }
        Path node = paths.node(disk.name());
        String wrong = wrongNode(node, disk);
        if (!wrong.isEmpty()) {
            return new Unknown(wrong);
        }
        try {
            claims.add(ExclusiveOpen.claim(node));
            ours.add(disk.number());
            taken.add(disk.number());
            return new Taken();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EBUSY) {
                return new Held();
            }
            // An empty drive cannot be mounted.
            return e.errno() == Errno.ENOMEDIUM ? new Taken() : new Unknown(String.valueOf(e.getMessage()));
        }
    }

    private static String wrongNode(Path node, DeviceNode disk) {
        try {
            Object rdev = Files.getAttribute(node, "unix:rdev");
            DeviceNode.Id found = DeviceNode.Id.ofRdev(true, rdev instanceof Long l ? l : 0);
            return found.equals(disk.number())
                    ? ""
                    : node + " is device " + found.text() + ", not "
                            + disk.number().text();
        } catch (IOException | UnsupportedOperationException e) {
            return "there is no " + node;
        }
    }

    @Override
    public void close() {
        claims.forEach(ExclusiveOpen::close);
        claims.clear();
        ours.removeAll(taken);
        taken.clear();
    }
}
