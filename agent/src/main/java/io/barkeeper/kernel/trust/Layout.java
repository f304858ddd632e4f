package io.barkeeper.kernel.trust;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What is compared of a machine: of each function the bus numbers behind it and each resource with its state and address,
 * as the kernel believes them; apart from that what the registers hold. Nothing is left out for being optional.
 *
 * @param buses by function, {@code 02-05}; empty text where no bus is behind it
 * @param resources assigned ones by function and row, {@code 0000:01:00.0 2}: {@code 0xstart-0xend}, the end inclusive
 * @param registers the same for the registers of every row; {@code closed} where nothing is decoded, {@code unread}
 *     where they were not read
 */
public record Layout(Map<String, String> buses, Map<String, String> resources, Map<String, String> registers) {

    public static final String UNASSIGNED = "unassigned";

    private static final String UNREAD = "unread";

    /** What a look saw, or what the model predicts. */
    public static Layout of(Topology topology) {
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
        return new Layout(buses, resources, registers);
    }

    /** A range as this class writes it. */
    public static String text(AddressRange range) {
        return String.format(Locale.ROOT, "0x%x-0x%x", range.start(), range.end());
    }

    private static String text(Decoded decoded) {
        if (decoded instanceof Decoded.At at) {
            return text(at.range());
        }
        return decoded instanceof Decoded.Closed ? "closed" : UNREAD;
    }

    /** The first difference in functions, bus numbers and resources between a prediction and this; empty text for none. */
    public String firstDifference(Layout prediction) {
        String first = difference(prediction.buses, buses, k -> "no function");
        return first.isEmpty()
                ? difference(prediction.resources, resources, k -> UNASSIGNED)
                : "bus numbers of " + first;
    }

    /** The first difference between the registers, empty text for none; what was not read on this side is left out. */
    public String firstRegisterDifference(Layout prediction) {
        Map<String, String> real = new TreeMap<>(registers);
        real.values().removeIf(UNREAD::equals);
        Map<String, String> predicted = new TreeMap<>(prediction.registers);
        predicted.keySet().retainAll(real.keySet());
        real.keySet().retainAll(predicted.keySet());
        return difference(predicted, real, k -> "closed");
    }

    private static String difference(
            Map<String, String> predicted, Map<String, String> real, UnaryOperator<String> absent) {
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
