package io.barkeeper.pci;

/**
 * What a resource is: one of the BAR kinds of PCI Local Bus 3.0, 6.2.5.1, an expansion ROM, or one of a bridge's three
 * windows (PCI-to-PCI Bridge Architecture 1.2, 3.2.5). VF BARs have BAR kinds.
 */
public enum ResourceKind {
    IO("io"),
    MEM32("mem32"),
    MEM32_PREF("mem32pref"),
    MEM64("mem64"),
    MEM64_PREF("mem64pref"),
    ROM("rom"),
    WINDOW_IO("io"),
    WINDOW_MEM("mem"),
    WINDOW_PREF("pref");

    private final String label;

    ResourceKind(String label) {
        this.label = label;
    }

    /** The name in JSON, in SPEC and in messages. A window's name equals a BAR's for I/O; the index tells them apart. */
    public String label() {
        return label;
    }

    public boolean isIo() {
        return this == IO || this == WINDOW_IO;
    }

    public boolean isWindow() {
        return this == WINDOW_IO || this == WINDOW_MEM || this == WINDOW_PREF;
    }

    public boolean isPrefetchable() {
        return this == MEM32_PREF || this == MEM64_PREF || this == WINDOW_PREF || this == ROM;
    }

    /** A BAR that takes two places in the header. */
    public boolean is64Bit() {
        return this == MEM64 || this == MEM64_PREF;
    }
}
