package io.barkeeper.kernel;

import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of {@code /sys/bus/pci/resource_alignment} and what it does to a function at the moment it is found
 * ({@code pci_reassigndev_resource_alignment()}): every smaller memory BAR grows to the wanted alignment, and the memory
 * windows of a bridge are closed.
 */
final class ResourceAlignment {

    private static final Pattern ENTRY = Pattern.compile("(?:(\\d{1,2})@)?(.+)");
    private static final Pattern IDS =
            Pattern.compile("pci:([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})(?::([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4}))?");
    private static final int DEFAULT_ORDER = 12;
    private static final int HOST_BRIDGE = 0x0600;

    private final String text;
    private final List<Entry> entries;

    private ResourceAlignment(String text) {
        this.text = text;
        this.entries = entries(text);
    }

    /** Takes a text apart. */
    static ResourceAlignment of(String text) {
        return new ResourceAlignment(text);
    }

    /** As the attribute shows it, empty when unset. */
    String text() {
        return text;
    }

    /** Applies the text to a function that was just found. */
    void apply(LiveTree tree, LiveFunction function) {
        if (text.isEmpty() || function.origin.isVirtualFunction()) {
            return;
        }
        OptionalInt order = orderFor(function);
        if (order.isEmpty() || function.origin.classAndSubclass() == HOST_BRIDGE) {
            return;
        }
        if (function.command.isPresent()) {
            function.command = OptionalInt.of(function.command.getAsInt() & ~PciFunction.COMMAND_MEMORY);
        }
        long alignment = 1L << order.getAsInt();
        for (int i = 0; i <= Resource.ROM; i++) {
            LiveResource row = function.rows[i];
            if (row != null && row.has(ResourceFlags.MEM)) {
                grow(tree, row, alignment);
            }
        }
        if (function.isBridge()) {
            function.row(Resource.WINDOW_MEM).registers = Decoded.closed();
            function.row(Resource.WINDOW_PREF).registers = Decoded.closed();
        }
    }

    private static void grow(LiveTree tree, LiveResource row, long alignment) {
        if (row.has(ResourceFlags.PCI_FIXED)) {
            tree.trace.say(row, "ignoring requested alignment " + Long.toHexString(alignment));
        } else if (Long.compareUnsigned(row.size(), alignment) < 0) {
            tree.trace.say(row, String.format("requesting alignment to 0x%x", alignment));
            row.setRange(0, alignment);
            row.flags |= ResourceFlags.UNSET;
        }
    }

    /**
     * One entry of the list. Of a path the address in front and the steps below it are kept, empty where one cannot be
     * parsed, which counts only for a function that matches all behind it.
     *
     * @param order binary logarithm of the alignment in bytes; from 64 on nothing is aligned
     * @param ids the four numbers of a {@code pci:} entry, 0 for any
     */
    private record Entry(
            int order, Optional<PciFunction.Ids> ids, Optional<PciAddress> first, List<Optional<PciAddress>> steps) {

        /** Empty when the entry cannot be parsed, which silently ends the list. */
        static Optional<Entry> parse(String text) {
            Matcher m = ENTRY.matcher(text);
            if (!m.matches()) {
                return Optional.empty();
            }
            int order = m.group(1) == null ? DEFAULT_ORDER : Integer.parseInt(m.group(1));
            Matcher ids = IDS.matcher(m.group(2));
            if (ids.matches()) {
                PciFunction.Ids wanted = new PciFunction.Ids(
                        id(ids.group(1)), id(ids.group(2)), id(ids.group(3)), id(ids.group(4)), 0, "");
                return Optional.of(new Entry(order, Optional.of(wanted), Optional.empty(), List.of()));
            }
            String[] path = m.group(2).split("/", -1);
            List<Optional<PciAddress>> steps = new ArrayList<>();
            for (int i = 1; i < path.length; i++) {
                steps.add(PciAddress.tryParse("00:" + path[i]));
            }
            return Optional.of(new Entry(order, Optional.empty(), PciAddress.tryParse(path[0]), steps));
        }

        private static int id(@Nullable String digits) {
            return digits == null ? 0 : Integer.parseInt(digits, 16);
        }

        /** Empty when the entry turns out to be one that cannot be parsed. */
        Optional<Boolean> matches(LiveFunction function) {
            if (ids.isPresent()) {
                return Optional.of(isOneOf(ids.get(), function.origin.ids()));
            }
            LiveFunction at = function;
            for (int i = steps.size() - 1; i >= 0; i--) {
                Optional<PciAddress> step = steps.get(i);
                if (step.isEmpty()) {
                    return Optional.empty();
                }
                LiveFunction above = at.bus.bridge;
                if (step.get().devfn() != at.address.devfn() || above == null) {
                    return Optional.of(false);
                }
                at = above;
            }
            LiveFunction top = at;
            return first.map(top.address::equals);
        }

        private static boolean isOneOf(PciFunction.Ids wanted, PciFunction.Ids is) {
            return isId(wanted.vendor(), is.vendor())
                    && isId(wanted.device(), is.device())
                    && isId(wanted.subsystemVendor(), is.subsystemVendor())
                    && isId(wanted.subsystemDevice(), is.subsystemDevice());
        }

        private static boolean isId(int wanted, int is) {
            return wanted == 0 || wanted == is;
        }
    }

    private static List<Entry> entries(String text) {
        List<Entry> entries = new ArrayList<>();
        String line = text.lines().findFirst().orElse("");
        for (String entry : line.split("[;,]")) {
            Optional<Entry> parsed = Entry.parse(entry.trim());
            if (parsed.isEmpty()) {
                break;
            }
            entries.add(parsed.get());
        }
        return entries;
    }

    /** The order of the first entry that names the function; empty when none does. */
    private OptionalInt orderFor(LiveFunction function) {
        for (Entry entry : entries) {
            Optional<Boolean> match = entry.matches(function);
            if (match.isEmpty()) {
                return OptionalInt.empty();
            }
            if (match.get()) {
                return entry.order() < Long.SIZE ? OptionalInt.of(entry.order()) : OptionalInt.empty();
            }
        }
        return OptionalInt.empty();
    }
}
