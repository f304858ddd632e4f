package io.barkeeper.cli.text;

import io.barkeeper.kernel.Sizes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.StringJoiner;

/** {@code barkeeper.list/1} as {@code lspci -v} would write it: a function, and below it a line for each resource. */
public final class ListText {

    private static final int FIRST_VF = 7;
    private static final int ROM = 6;
    private static final int FIRST_WINDOW = 13;

    private ListText() {}

    public static List<String> of(Answer list, int columns) {
        Lines lines = new Lines(columns);
        for (Answer device : list.objects("devices")) {
            lines.blank();
            device(lines, device);
        }
        return lines.asList();
    }

    private static void device(Lines lines, Answer device) {
        int classCode = (int) device.hex("class").orElse(0);
        lines.line(String.format(
                "%s %s [%04x]: [%s:%s]",
                device.textOr("address", "?"),
                ClassNames.of(classCode),
                classCode >>> 8,
                digits(device.textOr("vendor", "?")),
                digits(device.textOr("device", "?"))));
        device.object("bus").ifPresent(bus -> lines.line(bus(device, bus)));
        lines.wrapped(
                "    ",
                device.text("driver").map(d -> "Kernel driver in use: " + d).orElse("No driver"));
        device.object("movability").ifPresent(m -> lines.wrapped("    ", "      ", movability(m)));
        for (Answer attachment : device.objects("attachments")) {
            lines.line("    " + (attachment.textOr("kind", "").equals("disk") ? "Disk " : "Interface ")
                    + attachment.textOr("name", "?"));
        }
        for (Answer resource : device.objects("resources")) {
            Optional<Answer> trouble = device.objects("troubles").stream()
                    .filter(t -> t.number("index").equals(resource.number("index")))
                    .findFirst();
            String mark = trouble.map(t -> "  <- " + t.textOr("class", "")).orElse("");
            lines.line("    " + resource(resource) + mark);
            trouble.ifPresent(t -> lines.wrapped("        ", t.textOr("why", "")));
        }
    }

    private static String digits(String hex) {
        return hex.startsWith("0x") ? hex.substring(2) : hex;
    }

    private static String bus(Answer device, Answer bus) {
        String text = String.format(
                "    Bus: primary=%02x, secondary=%02x, subordinate=%02x",
                bus.number("primary").orElse(0),
                bus.number("secondary").orElse(0),
                bus.number("subordinate").orElse(0));
        String slot = device.text("slot").map(s -> ", slot " + s).orElse("");
        return text + (device.flag("hotplug") ? ", hot-plug" : "") + slot;
    }

    private static String movability(Answer movability) {
        String state = movability.textOr("state", "unknown");
        String may = movability.flag("mayMove") ? "Movable" : "Not movable";
        return may + " (" + state + "): " + movability.textOr("why", "");
    }

    /** One resource: {@code Region 0: Memory at c0000000 (64-bit, prefetchable) [size=256M]}. */
    static String resource(Answer resource) {
        int index = resource.number("index").orElse(0);
        String kind = resource.textOr("kind", "");
        if (index >= FIRST_WINDOW) {
            return window(resource, kind);
        }
        OptionalLong start = resource.hex("start");
        String at = start.isPresent() ? Long.toHexString(start.getAsLong()) : "<unassigned>";
        String size = size(resource.hex("size"));
        if (index == ROM) {
            return "Expansion ROM at " + at + size + hardware(resource);
        }
        String name = (index >= FIRST_VF ? "VF Region " + (index - FIRST_VF) : "Region " + index) + ": ";
        if (kind.equals("io")) {
            return name + "I/O ports at " + at + size + hardware(resource);
        }
        String width = kind.startsWith("mem64") ? "64-bit" : "32-bit";
        String prefetchable = kind.endsWith("pref") ? "prefetchable" : "non-prefetchable";
        return name + "Memory at " + at + " (" + width + ", " + prefetchable + ")" + size + hardware(resource);
    }

    private static String window(Answer window, String kind) {
        String name = switch (kind) {
            case "io" -> "I/O behind bridge: ";
            case "pref" -> "Prefetchable memory behind bridge: ";
            default -> "Memory behind bridge: ";
        };
        OptionalLong start = window.hex("start");
        if (start.isEmpty()) {
            return name + "[disabled]";
        }
        String range =
                String.format("%08x-%08x", start.getAsLong(), window.hex("end").orElse(0));
        return name + range + size(window.hex("size")) + hardware(window);
    }

    private static String size(OptionalLong size) {
        return size.isPresent() ? " [size=" + Sizes.format(size.getAsLong()) + "]" : " [size unknown]";
    }

    private static String hardware(Answer resource) {
        if (resource.textOr("hardware", "").equals("closed")) {
            return " [registers: closed]";
        }
        return resource.object("hardware")
                .map(h -> " [registers: " + h.range() + "]")
                .orElse("");
    }

    /** {@code 0000:03:00.0 BAR 2}, or a bridge's {@code 0000:02:01.0 bridge window pref}. */
    public static String name(Answer resource) {
        OptionalInt index = resource.number("index");
        StringJoiner name = new StringJoiner(" ");
        resource.text("address").ifPresent(name::add);
        if (index.isPresent()) {
            name.add(name(index.getAsInt(), resource.textOr("kind", "")));
        }
        return name.toString();
    }

    private static String name(int index, String kind) {
        if (index >= FIRST_WINDOW) {
            String window = index == FIRST_WINDOW ? "io" : index == FIRST_WINDOW + 1 ? "mem" : "pref";
            return "bridge window " + (kind.isEmpty() ? window : kind);
        }
        if (index == ROM) {
            return "ROM";
        }
        return index < 0 ? "" : index >= FIRST_VF ? "VF BAR " + (index - FIRST_VF) : "BAR " + index;
    }
}
