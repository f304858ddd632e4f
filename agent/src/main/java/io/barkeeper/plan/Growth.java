package io.barkeeper.plan;

import io.barkeeper.pci.PciAddress;

/**
 * Windows made larger than anything below them needs. Up to 6.18.9 the kernel takes the size that a bridge's window
 * registers span for a floor when it finds the bridge again ({@code pci_read_bridge_bases}, {@code calculate_memsize});
 * so registers that were opened wider before the bridge is removed keep room for a device that is still to come.
 *
 * @param port the windows of the bridges above it grow; its own the kernel sizes anew at the hot-add
 * @param bytes by how much, a multiple of 1 MiB
 */
record Growth(PciAddress port, long bytes) {

    private static final long MEBIBYTE = 1 << 20;

    /** What makes room for this wish: twice its size, for the hole must be aligned and nobody says where it begins. */
    static Growth forDevice(Reserve reserve) {
        return new Growth(reserve.port(), Math.max(1, (2 * reserve.largest() + MEBIBYTE - 1) / MEBIBYTE) * MEBIBYTE);
    }
}
