package io.barkeeper.snapshot;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's own order of the functions on a bus, which breaks ties when it places them: functions that a rescan found
 * again stand behind those that were there all the time. {@code /proc/bus/pci/devices} lists functions in the order in
 * which they were added, without their domain.
 */
public final class ListOrder {

    private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{2})([0-9a-fA-F]{2})\\s.*");

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
            Matcher m = LINE.matcher(line);
            if (m.matches()) {
                int key = key(Integer.parseInt(m.group(1), 16), Integer.parseInt(m.group(2), 16));
                // Two domains may have the same numbers; one list cannot tell them apart, so the address decides.
                places.merge(key, place++, (first, second) -> -1);
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
