package io.barkeeper.pci;

/** The Device/Port Type of the PCI Express Capabilities register (PCIe 6.0, 7.5.3.2); conventional without one. */
public enum PortType {
    ENDPOINT(0),
    LEGACY_ENDPOINT(1),
    ROOT_PORT(4),
    UPSTREAM_PORT(5),
    DOWNSTREAM_PORT(6),
    PCIE_TO_PCI_BRIDGE(7),
    PCI_TO_PCIE_BRIDGE(8),
    INTEGRATED_ENDPOINT(9),
    EVENT_COLLECTOR(10),
    CONVENTIONAL(-1);

    private final int code;

    PortType(int code) {
        this.code = code;
    }

    /** The type for the four bits of the register; {@link #ENDPOINT} for a reserved value. */
    public static PortType ofCode(int code) {
        for (PortType type : values()) {
            if (type.code == code && type != CONVENTIONAL) {
                return type;
            }
        }
        return ENDPOINT;
    }

    /** Below it there is a link, hence only device number 0. */
    public boolean isDownstreamOrRoot() {
        return this == ROOT_PORT || this == DOWNSTREAM_PORT;
    }
}
