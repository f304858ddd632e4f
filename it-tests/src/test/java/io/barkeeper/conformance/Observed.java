package io.barkeeper.conformance;

import io.barkeeper.kernel.trust.Layout;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.Topology;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is compared: of each function the bus numbers behind it and each resource with its state and address, as the sysfs
 * file of that name has it; apart from that what the registers hold.
 *
 * @param buses by bridge, {@code 02-05}; a bridge without a bus behind it has none
 * @param resources by {@code 0000:01:00.0 2}, function and row: {@code 0xstart-0xend}, or {@code unassigned}; a row that never
 *     had a resource is left out only when it is unassigned
 * @param registers the same for the registers; {@code closed} where nothing is decoded
 */
record Observed(Map<String, String> buses, Map<String, String> resources, Map<String, String> registers) {
    private static final int ROWS = 16;

    /** What the model predicts. */
    static Observed predicted(Topology topology) {
        Layout layout = Layout.of(topology);
        return new Observed(layout.buses(), layout.resources(), layout.registers());
    }

    /**
     * What the guest shows.
     *
     * @param decoded the registers, as {@link #predicted} has them, read by the product's own reader
     */
    static Observed real(GuestView view, Topology decoded) {
        Map<String, String> buses = new TreeMap<>();
        Map<String, String> resources = new TreeMap<>();
        for (String function : view.functions()) {
            buses.put(function, view.busBelow(function).isEmpty() ? "" : numbers(view, function));
            int row = 0;
            for (String line : view.attribute(function, "resource").split("\n")) {
                String[] words = line.trim().split(" ");
                if (row < ROWS && words.length == 3) {
                    long start = Long.parseUnsignedLong(words[0].substring(2), 16);
                    long end = Long.parseUnsignedLong(words[1].substring(2), 16);
                    long flags = Long.parseUnsignedLong(words[2].substring(2), 16);
                    if (isAssigned(start, flags)) {
                        resources.put(function + " " + row, Layout.text(new AddressRange(start, end)));
                    }
                }
                row++;
            }
        }
        return new Observed(buses, resources, predicted(decoded).registers());
    }

    /** A row of zeros was wiped; one that starts at 0 was released. */
    private static boolean isAssigned(long start, long flags) {
        return flags != 0 && start != 0 && (flags & (ResourceFlags.UNSET | ResourceFlags.DISABLED)) == 0;
    }

    private static String numbers(GuestView view, String bridge) {
        return String.format(
                Locale.ROOT,
                "%02x-%02x",
                Integer.parseInt(view.attribute(bridge, "secondary_bus_number")),
                Integer.parseInt(view.attribute(bridge, "subordinate_bus_number")));
    }

    private Layout layout() {
        return new Layout(buses, resources, registers);
    }

    /** The first difference in sysfs between a prediction and this, empty text when there is none. */
    String firstDifference(Observed prediction) {
        return layout().firstDifference(prediction.layout());
    }

    /** The first difference between the registers, empty text when there is none; what was not read is left out. */
    String firstRegisterDifference(Observed prediction) {
        return layout().firstRegisterDifference(prediction.layout());
    }
}
