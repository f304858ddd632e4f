package io.barkeeper.pci;

/**
 * A range inside an aperture that belongs to somebody who is no PCI function: firmware tables, IOAPIC, HPET, ECAM, a
 * firmware frame buffer. From {@code /proc/iomem} and {@code /proc/ioports}.
 *
 * @param io I/O ports rather than memory
 * @param owner the name that the kernel prints
 */
public record Reservation(boolean io, AddressRange range, String owner) {}
