package io.barkeeper.conformance;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.Topology;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

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
    static final String UNASSIGNED = "unassigned";
    private static final int ROWS = 16;

    /** What the model predicts. */
    static Observed predicted(Topology topology) {
        Map<String, String> buses = new TreeMap<>();
        Map<String, String> resources = new TreeMap<>();
        Map<String, String> registers = new TreeMap<>();
        for (PciFunction function : topology.functions()) {
            String name = function.address().toString();
            buses.put(name, "");
            function.bridge()
                    .filter(b -> b.secondary() != 0)
                    .ifPresent(b ->
                            buses.put(name, String.format(Locale.ROOT, "%02x-%02x", b.secondary(), b.subordinate())));
            for (Resource resource : function.resources()) {
                String row = name + " " + resource.index();
                resource.range().ifPresent(range -> resources.put(row, text(range)));
                registers.put(row, text(resource.hardware()));
            }
        }
        return new Observed(buses, resources, registers);
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
                        resources.put(function + " " + row, text(new AddressRange(start, end)));
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

    private static String text(AddressRange range) {
        return String.format(Locale.ROOT, "0x%x-0x%x", range.start(), range.end());
    }

    private static String text(Decoded decoded) {
        if (decoded instanceof Decoded.At at) {
            return text(at.range());
        }
        return decoded instanceof Decoded.Closed ? "closed" : "unread";
    }

    /** The first difference in sysfs between a prediction and this, empty text when there is none. */
    String firstDifference(Observed prediction) {
        String buses = difference(prediction.buses, this.buses, k -> "no function");
        return buses.isEmpty()
                ? difference(prediction.resources, resources, k -> UNASSIGNED)
                : "bus numbers of " + buses;
    }

    /** The first difference between the registers, empty text when there is none; what was not read is left out. */
    String firstRegisterDifference(Observed prediction) {
        Map<String, String> real = registers.entrySet().stream()
                .filter(e -> !e.getValue().equals("unread"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Map<String, String> predicted = new TreeMap<>(prediction.registers);
        predicted.keySet().retainAll(real.keySet());
        real.keySet().retainAll(predicted.keySet());
        return difference(predicted, real, k -> "closed");
    }

    private static String difference(
            Map<String, String> predicted, Map<String, String> real, Function<String, String> absent) {
        TreeMap<String, String> all = new TreeMap<>(predicted);
        all.putAll(real);
        for (String key : all.keySet()) {
            String expected = predicted.getOrDefault(key, absent.apply(key));
            String seen = real.getOrDefault(key, absent.apply(key));
            if (!expected.equals(seen)) {
                return key + ": predicted " + expected + ", real " + seen;
            }
        }
        return "";
    }
}
