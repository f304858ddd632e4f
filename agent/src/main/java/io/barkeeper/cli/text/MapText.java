package io.barkeeper.cli.text;

import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code barkeeper.map/1} as a tree: apertures, in them windows, in those BARs, and the gaps between, in ascending
 * order of address, one line each.
 */
public final class MapText {

    private static final String STEP = "  ";
    private static final int LEAST_CLUTTER = 5;
    private static final long SMALLEST_WINDOW = 0x1000;

    private MapText() {}

    public static List<String> of(Answer map, int columns) {
        Lines lines = new Lines(columns);
        for (Answer host : map.objects("hostBridges")) {
            lines.blank();
            lines.line(String.format(
                    "Host bridge %s [bus %02x-%02x]",
                    host.textOr("address", "?"),
                    host.number("bus").orElse(0),
                    host.number("lastBus").orElse(0)));
            for (Answer aperture : host.objects("apertures")) {
                String head = "aperture " + aperture.textOr("kind", "") + ", " + space(aperture);
                row(lines, STEP, aperture, head);
                contents(lines, STEP + STEP, aperture);
            }
        }
        apart(lines, map.objects("outside"), "Outside every window:");
        apart(lines, map.objects("unassigned"), "Without an address:");
        headroom(lines, map.objects("headroom"));
        return lines.asList();
    }

    private static void headroom(Lines lines, List<Answer> ports) {
        if (ports.isEmpty()) {
            return;
        }
        lines.blank();
        lines.line("Empty hot-plug ports, and the largest BAR that would fit as the machine is:");
        for (Answer port : ports) {
            lines.line(STEP + port.textOr("port", "?") + " "
                    + (port.text("largest").isPresent() ? port.size("largest") : "not even 1 MiB without harm")
                    + byMoving(port));
        }
    }

    private static String byMoving(Answer port) {
        int devices = port.number("devicesMoved").orElse(-1);
        return devices < 0
                ? ""
                : ", and " + port.size("largestByMoving") + " after moving " + devices
                        + (devices == 1 ? " device" : " devices");
    }

    private static void contents(Lines lines, String indent, Answer container) {
        List<Answer> items = container.objects("contents");
        int at = 0;
        while (at < items.size()) {
            int end = endOfClutter(items, at);
            if (end - at >= LEAST_CLUTTER) {
                clutter(lines, indent, items.subList(at, end));
                at = end;
            } else {
                item(lines, indent, items.get(at));
                at++;
            }
        }
    }

    private static void item(Lines lines, String indent, Answer item) {
        switch (item.textOr("type", "")) {
            case "gap" -> row(lines, indent, item, "-- free --");
            case "reserved" -> row(lines, indent, item, item.textOr("owner", "reserved") + " (reserved)");
            case "window" -> {
                row(lines, indent, item, window(item));
                contents(lines, indent + STEP, item);
            }
            default -> row(lines, indent, item, bar(item));
        }
    }

    /** Behind the last of a run of other people's claims and of gaps too small for any window. */
    private static int endOfClutter(List<Answer> items, int from) {
        int end = from;
        while (end < items.size() && isClutter(items.get(end))) {
            end++;
        }
        return end;
    }

    private static boolean isClutter(Answer item) {
        String type = item.textOr("type", "");
        long size = item.hex("size").orElse(0);
        return type.equals("reserved") || (type.equals("gap") && size > 0 && size < SMALLEST_WINDOW);
    }

    private static void clutter(Lines lines, String indent, List<Answer> items) {
        String range = items.get(0).textOr("start", "") + "-"
                + items.get(items.size() - 1).textOr("end", "");
        String owners =
                items.stream().flatMap(i -> i.text("owner").stream()).distinct().collect(Collectors.joining(", "));
        lines.wrapped(left(indent, range, ""), owners + " (reserved, with small gaps)");
    }

    private static String window(Answer window) {
        return String.format(
                "%s [bus %02x-%02x], %s",
                ListText.name(window),
                window.number("secondary").orElse(0),
                window.number("subordinate").orElse(0),
                space(window));
    }

    private static String bar(Answer bar) {
        String driver = bar.text("driver").map(d -> " " + d).orElse("");
        String pinned = bar.flag("pinned") ? ", pinned: " + bar.textOr("why", "") : "";
        return ListText.name(bar) + " " + bar.textOr("kind", "") + driver + pinned;
    }

    /** {@code full}, {@code empty}, or how much is free in how large a piece. */
    private static String space(Answer container) {
        long free = container.hex("free").orElse(0);
        if (free == 0) {
            return "full";
        }
        if (free == container.hex("size").orElse(0)) {
            return "empty";
        }
        return free == container.hex("largestFree").orElse(0)
                ? container.size("free") + " free"
                : container.size("free") + " free, largest piece " + container.size("largestFree");
    }

    private static void row(Lines lines, String indent, Answer item, String what) {
        lines.wrapped(left(indent, item.range(), item.size("size")), what);
    }

    private static String left(String indent, String range, String size) {
        return String.format("%s%-25s %9s  ", indent, range, size);
    }

    private static void apart(Lines lines, List<Answer> resources, String title) {
        if (resources.isEmpty()) {
            return;
        }
        lines.blank();
        lines.line(title);
        for (Answer resource : resources) {
            String range = resource.range().isEmpty() ? "" : resource.range() + " ";
            lines.line(STEP + range + ListText.name(resource) + " " + resource.textOr("kind", "") + ", "
                    + resource.size("size"));
        }
    }
}
