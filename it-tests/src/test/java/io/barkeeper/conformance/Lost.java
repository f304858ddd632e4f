package io.barkeeper.conformance;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an action cost, told by the guest alone: who found no room, and who lost what it had without being touched. */
final class Lost {
    private static final Pattern NO_SPACE =
            Pattern.compile(".*?([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]): (BAR \\d|ROM|VF BAR \\d|bridge window) "
                    + "\\[(io|mem)[^\\]]*?( pref)?\\]: can't assign; no space.*");

    private final GuestView view;

    Lost(GuestView view) {
        this.view = view;
    }

    /** Resources for which this step's kernel messages say that there was no space, and which have no address now. */
    List<String> noRoom(Topology after) {
        TreeSet<String> rows = new TreeSet<>();
        for (String message : view.messages()) {
            Matcher m = NO_SPACE.matcher(message);
            if (m.matches()) {
                int index = index(m.group(2), m.group(3).equals("io"), m.group(4) != null);
                Optional<PciFunction> function = PciAddress.tryParse(m.group(1)).flatMap(after::find);
                if (function.isPresent()
                        && function.get()
                                .resource(index)
                                .flatMap(Resource::range)
                                .isEmpty()) {
                    rows.add(m.group(1) + " " + index);
                }
            }
        }
        return List.copyOf(rows);
    }

    private static int index(String name, boolean io, boolean prefetchable) {
        if (name.startsWith("BAR ")) {
            return name.charAt(4) - '0';
        } else if (name.startsWith("VF BAR ")) {
            return Resource.FIRST_VF + name.charAt(7) - '0';
        } else if (name.equals("ROM")) {
            return Resource.ROM;
        }
        return io ? Resource.WINDOW_IO : prefetchable ? Resource.WINDOW_PREF : Resource.WINDOW_MEM;
    }

    /**
     * Resources of functions that are there before and after, are neither the port of a hot-plug nor below what was acted on,
     * and had an address that they lost or that became another one.
     */
    static List<String> harmed(String action, Topology before, Observed had, Observed has) {
        Optional<PciAddress> port = action.contains("plug")
                ? PciAddress.tryParse(action.replaceFirst("[a-z-]+:", "").replace(":@", ""))
                : Optional.empty();
        List<String> rows = new ArrayList<>();
        for (Map.Entry<String, String> row : had.resources().entrySet()) {
            PciAddress address =
                    PciAddress.parse(row.getKey().substring(0, row.getKey().indexOf(' ')));
            boolean stayed = has.buses().containsKey(address.toString())
                    && before.find(address).isPresent()
                    && port.filter(p -> before.isAtOrBelow(address, p)).isEmpty();
            if (stayed && !row.getValue().equals(has.resources().get(row.getKey()))) {
                rows.add(row.getKey());
            }
        }
        return List.copyOf(rows);
    }
}
