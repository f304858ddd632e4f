package io.barkeeper.snapshot;

import io.barkeeper.pci.Hex;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The kernel's own order of the functions on a bus, which breaks ties when it places them: functions that a rescan found
 * again stand behind those that were there all the time. {@code /proc/bus/pci/devices} lists functions in the order in
 * which they were added, without their domain.
 */
public final class ListOrder {

    /** Digits of bus and of devfn, which a line begins with. */
    private static final int DIGITS = 4;

    private ListOrder() {}

    /**
     * Sorts by bus, and on each bus by the kernel's order; functions that the list does not name come by address.
     *
     * @param devices the text of {@code /proc/bus/pci/devices}, empty when there is none
     */
    public static List<PciFunction> sort(List<PciFunction> functions, String devices) {
        Map<Integer, Integer> places = new HashMap<>();
        int place = 0;
        for (String line : devices.lines().toList()) {
            OptionalLong key = Hex.parse(line, 0, DIGITS);
            if (key.isPresent() && line.length() > DIGITS && Character.isWhitespace(line.charAt(DIGITS))) {
                // Two domains may have the same numbers; one list cannot tell them apart, so the address decides.
                places.merge((int) key.getAsLong(), place++, (first, second) -> -1);
            }
        }
        Comparator<PciFunction> order = Comparator.comparingInt(
                        (PciFunction f) -> f.address().domain())
                .thenComparingInt(f -> f.address().bus())
                .thenComparingInt(f -> places.getOrDefault(keyOf(f.address()), -1))
                .thenComparing(PciFunction::address);
        return functions.stream().sorted(order).toList();
    }

    private static int keyOf(PciAddress address) {
        return key(address.bus(), address.devfn());
    }

    private static int key(int bus, int devfn) {
        return bus << 8 | devfn;
    }
}
