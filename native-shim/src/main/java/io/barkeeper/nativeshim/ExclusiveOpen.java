package io.barkeeper.nativeshim;

import java.nio.file.Path;

/**
 * A claim on a block device: {@code O_EXCL} without {@code O_CREAT} succeeds only while no one else in the kernel holds
 * the device, and while the claim lasts no one else gets it.
 *
 * <p>Holders are mounts in any mount namespace, swap, device mapper, md, and other exclusive opens, of the device or of
 * one of its partitions (bd_prepare_to_claim in block/bdev.c). Plain opens do not count. On anything but a block device
 * the flag means nothing and the claim always succeeds.
 */
public final class ExclusiveOpen implements AutoCloseable {
    private final Fd fd;
    private final Path blockDevice;

    private ExclusiveOpen(Fd fd, Path blockDevice) {
        this.fd = fd;
        this.blockDevice = blockDevice;
    }

    /**
     * Claims a device for reading; the caller releases it by {@link #close}.
     *
     * @param blockDevice the device node of a disk or partition
     * @throws ErrnoException with {@link Errno#EBUSY} when it is held; {@link Errno#ENXIO} when it has gone
     */
    public static ExclusiveOpen claim(Path blockDevice) throws ErrnoException {
        return new ExclusiveOpen(Fd.open(blockDevice, Abi.O_RDONLY | Abi.O_EXCL), blockDevice);
    }

    /** The device that is claimed. */
    public Path blockDevice() {
        return blockDevice;
    }

    /** Releases the claim. Closing again does nothing. */
    @Override
    public void close() {
        fd.close();
    }
}
