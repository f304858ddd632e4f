package io.barkeeper.kernel;

import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private ResourceAlignment() {}

    /** Applies the text to a function that was just found. */
    static void apply(LiveTree tree, LiveFunction function) {
        if (tree.resourceAlignment.isEmpty() || function.origin.isVirtualFunction()) {
            return;
        }
        OptionalInt order = orderFor(tree.resourceAlignment, function);
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

    /** The order of the first entry that names the function; empty when none does. */
    static OptionalInt orderFor(String text, LiveFunction function) {
        String line = text.lines().findFirst().orElse("");
        for (String entry : line.split("[;,]")) {
            Matcher m = ENTRY.matcher(entry.trim());
            if (!m.matches()) {
                return OptionalInt.empty();
            }
            Optional<Boolean> match = matches(m.group(2), function);
            if (match.isEmpty()) {
                return OptionalInt.empty();
            }
            if (match.get()) {
                int order = m.group(1) == null ? DEFAULT_ORDER : Integer.parseInt(m.group(1));
                return order < Long.SIZE ? OptionalInt.of(order) : OptionalInt.empty();
            }
        }
        return OptionalInt.empty();
    }

    /** Empty when the entry cannot be parsed, which silently ends the list. */
    private static Optional<Boolean> matches(String spec, LiveFunction function) {
        Matcher ids = IDS.matcher(spec);
        if (ids.matches()) {
            PciFunction.Ids is = function.origin.ids();
            return Optional.of(isId(ids.group(1), is.vendor())
                    && isId(ids.group(2), is.device())
                    && isId(ids.group(3), is.subsystemVendor())
                    && isId(ids.group(4), is.subsystemDevice()));
        }
        String[] path = spec.split("/", -1);
        LiveFunction at = function;
        for (int i = path.length - 1; i > 0; i--) {
            Optional<PciAddress> step = PciAddress.tryParse("00:" + path[i]);
            if (step.isEmpty()) {
                return Optional.empty();
            }
            LiveFunction above = at.bus.bridge;
            if (step.get().devfn() != at.address.devfn() || above == null) {
                return Optional.of(false);
            }
            at = above;
        }
        LiveFunction first = at;
        return PciAddress.tryParse(path[0]).map(first.address::equals);
    }

    private static boolean isId(@org.jspecify.annotations.Nullable String wanted, int is) {
        int value = wanted == null ? 0 : Integer.parseInt(wanted, 16);
        return value == 0 || value == is;
    }
}
