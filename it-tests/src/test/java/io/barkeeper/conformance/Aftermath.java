package io.barkeeper.conformance;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The machine after a recorded action, put together from what was recorded of it. */
final class Aftermath {
    private static final ResourceKind[] WINDOWS = {
        ResourceKind.WINDOW_IO, ResourceKind.WINDOW_MEM, ResourceKind.WINDOW_PREF
    };

    private Aftermath() {}

    static Topology of(Triple triple) {
        Map<PciAddress, PciFunction> known = new HashMap<>();
        triple.before().detached().forEach(f -> known.put(f.address(), f));
        triple.plugged().forEach(f -> known.put(f.address(), f));
        triple.before().functions().forEach(f -> known.put(f.address(), f));
        List<PciFunction> functions = new ArrayList<>();
        triple.after().buses().forEach((name, buses) -> {
            PciFunction function = known.get(PciAddress.parse(name));
            if (function == null) {
                throw new IllegalStateException(triple.name() + ": nothing is known of " + name);
            }
            functions.add(withBuses(function, buses).withResources(rows(function, triple.after())));
        });
        return triple.before().with(functions, List.of());
    }

    private static PciFunction withBuses(PciFunction function, String buses) {
        return function.bridge().map(b -> function.withBridge(bridge(b, buses))).orElse(function);
    }

    private static Bridge bridge(Bridge was, String buses) {
        int secondary = buses.isEmpty() ? 0 : Integer.parseInt(buses.substring(0, 2), 16);
        int subordinate = buses.isEmpty() ? 0 : Integer.parseInt(buses.substring(3), 16);
        return new Bridge(
                was.primary(),
                secondary,
                subordinate,
                was.windows(),
                was.hotplug(),
                was.pciehp(),
                was.subtractive(),
                was.slot());
    }

    private static List<Resource> rows(PciFunction function, Observed seen) {
        List<Resource> rows = new ArrayList<>();
        for (int i = 0; i <= Resource.WINDOW_PREF; i++) {
            int index = i;
            Optional<Resource> known = function.resource(i);
            String range = seen.resources().get(function.address() + " " + i);
            if (range != null) {
                ResourceKind kind = known.map(Resource::kind).orElseGet(() -> WINDOWS[index - Resource.WINDOW_IO]);
                rows.add(Resource.assigned(
                        i, kind, known.map(Resource::flags).orElse(0L), range(range), Decoded.unread()));
            } else if (known.isPresent()) {
                rows.add(Resource.unassigned(
                        i, known.get().kind(), 0, known.get().size(), Decoded.unread()));
            }
        }
        return rows;
    }

    private static AddressRange range(String text) {
        String[] ends = text.split("-");
        return new AddressRange(
                Long.parseUnsignedLong(ends[0].substring(2), 16), Long.parseUnsignedLong(ends[1].substring(2), 16));
    }
}
