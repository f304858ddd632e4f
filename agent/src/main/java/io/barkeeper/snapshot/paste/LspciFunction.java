package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.ResourceKind;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What {@code lspci} prints of one function, filled in line by line by {@link LspciParser}. */
final class LspciFunction {

    /**
     * A line "Region", "Expansion ROM", or "Region" within the SR-IOV capability.
     *
     * @param start where it is; empty when it has no address
     * @param size bytes; empty when the line does not say
     * @param virtual the kernel names an address that the register does not hold
     */
    record Region(ResourceKind kind, OptionalLong start, OptionalLong size, boolean virtual, PasteLine line) {}

    /**
     * A line "… behind bridge". Its addresses are those of the registers.
     *
     * @param open what the registers forward; empty when they are closed
     * @param disabled the kernel has not assigned it
     * @param wide 64-bit addresses; empty when the line does not say
     */
    record WindowLine(Optional<AddressRange> open, boolean disabled, Optional<Boolean> wide) {}

    final PciAddress address;
    final PasteLine head;

    OptionalInt classCode = OptionalInt.empty();
    Optional<PciFunction.Ids> ids = Optional.empty();
    OptionalInt subsystem = OptionalInt.empty();
    int revision;
    String serial = "";
    boolean bridge;
    OptionalInt command = OptionalInt.empty();
    Optional<PortType> type = Optional.empty();
    boolean capabilitiesShown;
    boolean capabilitiesDenied;
    boolean slot;
    boolean hotplug;
    Optional<String> driver = Optional.empty();
    OptionalInt secondary = OptionalInt.empty();
    OptionalInt subordinate = OptionalInt.empty();
    OptionalInt totalVfs = OptionalInt.empty();
    OptionalInt numVfs = OptionalInt.empty();
    OptionalInt iommuGroup = OptionalInt.empty();
    boolean silent;
    boolean unnumberedRegions;

    /** By row of the sysfs file {@code resource}. */
    final Map<Integer, Region> regions = new TreeMap<>();

    /** By row: 13 to 15. */
    final Map<Integer, WindowLine> windows = new TreeMap<>();

    Optional<ConfigSpace> dump = Optional.empty();

    LspciFunction(PciAddress address, PasteLine head) {
        this.address = address;
        this.head = head;
    }
}
