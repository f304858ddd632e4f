package io.barkeeper.pci;

/**
 * The SR-IOV capability of a physical function (PCIe 6.0, 9.3.3).
 *
 * @param totalVfs VFs that the function can have; each VF BAR takes space for all of them
 * @param numVfs VFs enabled now
 */
public record Sriov(int totalVfs, int numVfs) {}
