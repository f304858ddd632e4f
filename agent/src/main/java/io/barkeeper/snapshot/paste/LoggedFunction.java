package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.ResourceKind;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** What the kernel log says of one function, the last word on each matter; filled in by {@link LogReplay}. */
final class LoggedFunction {

    /** What became of a resource. */
    enum Fate {
        PLACED,
        /** Given back, and not placed again: it keeps its size. */
        RELEASED,
        /** No place was found. */
        FAILED,
        /** Its registers held no address when it was found. */
        BLANK
    }

    /**
     * The last word on a resource.
     *
     * @param size bytes
     * @param range where it is; present when it is placed
     * @param late said after the boot, when drivers were bound to ports
     */
    record Spot(
            Fate fate,
            ResourceKind kind,
            boolean wide,
            long size,
            Optional<AddressRange> range,
            boolean late,
            PasteLine line) {}

    /** A size for which no place was found. */
    record Refusal(long size, PasteLine line) {}

    final PciAddress address;
    final PasteLine first;

    Optional<PciFunction.Ids> ids = Optional.empty();
    OptionalInt classCode = OptionalInt.empty();
    boolean bridge;
    boolean discoveredLate;
    Optional<PortType> type = Optional.empty();
    Optional<String> driver = Optional.empty();
    boolean port;
    boolean hotplug;
    boolean pciehp;
    boolean poweredOff;
    boolean shadowRom;
    /** The log has lines on its memory windows that are cut off. */
    boolean windowsCut;

    OptionalInt secondary = OptionalInt.empty();
    OptionalInt subordinate = OptionalInt.empty();
    OptionalInt totalVfs = OptionalInt.empty();

    /** By row of the sysfs file {@code resource}. */
    final Map<Integer, Spot> spots = new TreeMap<>();

    /** The last refusal of each row. */
    final Map<Integer, Refusal> refusals = new TreeMap<>();

    LoggedFunction(PciAddress address, PasteLine first) {
        this.address = address;
        this.first = first;
    }

    /** Another device may have come: nothing from before holds. */
    void forget() {
        spots.clear();
        refusals.clear();
        ids = Optional.empty();
        type = Optional.empty();
        driver = Optional.empty();
        secondary = OptionalInt.empty();
        subordinate = OptionalInt.empty();
        totalVfs = OptionalInt.empty();
    }

    boolean failed() {
        return spots.values().stream().anyMatch(s -> s.fate() == Fate.FAILED) || !refusals.isEmpty();
    }
}
