package io.barkeeper.machine.sysfs;

import java.nio.file.Path;

/**
 * A device node that belongs to a function.
 *
 * @param name below {@code /dev}: {@code nvme0n1}, {@code vfio/5}
 * @param block a block device rather than a character device
 * @param partition a part of a disk
 * @param sysfs its directory in sysfs
 */
record DeviceNode(String name, boolean block, boolean partition, Id number, Path sysfs) {

    /** Major and minor number of a block or character device. */
    record Id(boolean block, long major, long minor) {

        /** From {@code st_rdev}, as the C library packs it. */
        static Id ofRdev(boolean block, long rdev) {
            return new Id(
                    block,
                    ((rdev >>> 8) & 0xfff) | ((rdev >>> 32) & ~0xfffL),
                    (rdev & 0xff) | ((rdev >>> 12) & 0xffffff00L));
        }

        String text() {
            return major + ":" + minor;
        }
    }
}
