package io.barkeeper.kernel;

import static io.barkeeper.pci.AddressRange.below;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.ResourceFlags;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which windows one search looked into, and says of each what is free there and who has the rest. Does nothing
 * while the trace is off.
 */
final class TriedWindows {

    private static final int MOST_LISTED = 8;
    private static final long TYPE = ResourceFlags.IO | ResourceFlags.MEM;

    private final Trace trace;
    private final Set<LiveResource> windows = new LinkedHashSet<>();

    TriedWindows(Trace trace) {
        this.trace = trace;
    }

    void begin() {
        if (trace.isOn()) {
            windows.clear();
        }
    }

    void add(LiveResource window) {
        if (trace.isOn()) {
            windows.add(window);
        }
    }

    /** A place was found: which windows were full before, and where it lies now. */
    void sayFound(LiveResource r) {
        if (!trace.isOn()) {
            return;
        }
        for (LiveResource window : windows) {
            trace.about(
                    r,
                    window == r.parent
                            ? "  lowest fit for " + hex(r.size()) + " in " + name(window)
                            : "  no gap of " + hex(r.size()) + " in " + name(window));
        }
    }

    /** No place was found for {@code size} bytes. */
    void sayFull(LiveResource r, long size, long alignment) {
        if (!trace.isOn()) {
            return;
        }
        for (LiveResource window : windows) {
            trace.about(
                    r,
                    "  no gap of " + hex(size) + " in " + name(window) + ": "
                            + String.join("; ", contents(window, r, size, alignment)));
        }
        LiveFunction owner = r.owner;
        if (owner == null) {
            return;
        }
        for (LiveResource window : owner.bus.windows) {
            boolean sameType = window.flags != 0 && ((window.flags ^ r.flags) & TYPE) == 0;
            if (sameType && !windows.contains(window) && window.assigned()) {
                trace.about(r, "  not for it: " + name(window));
            }
        }
        if (windows.isEmpty()) {
            trace.about(
                    r,
                    String.format("  no window for it is open on bus %04x:%02x", owner.bus.domain, owner.bus.number));
        }
    }

    private static List<String> contents(LiveResource window, LiveResource r, long size, long alignment) {
        List<AddressRange> gaps = new ArrayList<>();
        List<String> occupants = new ArrayList<>();
        long from = window.start;
        boolean full = false;
        for (int i = 0; i < window.childCount(); i++) {
            LiveResource child = window.child(i);
            if (child == r) {
                continue;
            }
            if (below(from, child.start)) {
                gaps.add(new AddressRange(from, child.start - 1));
            }
            occupants.add(occupant(child));
            full = child.end == window.end;
            from = child.end + 1;
        }
        if (!full && !below(window.end, from)) {
            gaps.add(new AddressRange(from, window.end));
        }
        List<String> parts = new ArrayList<>();
        parts.add(free(gaps, r, size, alignment));
        if (!occupants.isEmpty()) {
            parts.add(listed(occupants));
        }
        return parts;
    }

    private static String free(List<AddressRange> gaps, LiveResource r, long size, long alignment) {
        if (gaps.isEmpty()) {
            return "nothing is free";
        }
        List<String> pieces = gaps.stream()
                .map(gap -> hex(gap.size()) + " at " + hex(gap.start()) + remark(gap, r, size, alignment))
                .toList();
        return "free are " + listed(pieces);
    }

    /** Why a gap that seems large enough is not. */
    private static String remark(AddressRange gap, LiveResource r, long size, long alignment) {
        if (below(gap.size(), size) && gap.size() != 0) {
            return "";
        }
        boolean out = !r.has(ResourceFlags.MEM_64) && below(AddressRange.BELOW_4G.end(), gap.start());
        return out ? " (above 4 GiB)" : " (no fit at alignment " + hex(alignment) + ")";
    }

    private static String occupant(LiveResource child) {
        @Nullable LiveFunction owner = child.owner;
        String who = owner == null ? child.label : owner.address + " " + child.label;
        return who + " at " + child;
    }

    private static String listed(List<String> items) {
        String more = items.size() > MOST_LISTED ? ", and " + (items.size() - MOST_LISTED) + " more" : "";
        return items.stream().limit(MOST_LISTED).collect(Collectors.joining(", ")) + more;
    }

    private static String name(LiveResource window) {
        LiveFunction owner = window.owner;
        return owner == null ? window.label + " " + window : window + " of " + owner.address;
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
