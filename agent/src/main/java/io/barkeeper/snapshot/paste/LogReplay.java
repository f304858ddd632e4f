package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.snapshot.PortTypeName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Goes through one stretch of the kernel log and keeps, for each function, the last word on each matter. What becomes of
 * resources is {@link LogVerdicts}' subject; here are discovery, bus numbers, ports and drivers.
 */
final class LogReplay {

    private static final Pattern MESSAGE =
            Pattern.compile("(?:([\\w-]+) )?([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]): ?(.*)");
    private static final Pattern DISCOVERY =
            Pattern.compile("\\[([0-9a-f]{4}):([0-9a-f]{4})\\] type ([0-9a-f]{2}) class 0x([0-9a-f]{1,6})(?: (.*))?");
    private static final Pattern BUSES = Pattern.compile("PCI bridge to \\[bus ([0-9a-f]{2})(?:-([0-9a-f]{2}))?\\].*");
    /** The window of a bridge above, named because something below it does not fit. */
    private static final Pattern ABOVE = Pattern.compile(
            "Assigned (bridge window \\[.*?\\]) to \\[bus ([0-9a-f]{2})" + "(?:-([0-9a-f]{2}))?\\] cannot fit .*");

    private static final Pattern OFF = Pattern.compile(".*(will power off|Card not present|Link Down|Powering off).*");
    private static final Pattern ON =
            Pattern.compile(".*(will power on|Card present|Link Up|canceling request to power off).*");

    private final Map<PciAddress, LoggedFunction> functions = new LinkedHashMap<>();
    private int cutLines;
    private boolean late;

    private LogReplay() {}

    /**
     * The functions of a stretch.
     *
     * @param cutLines lines that end in the middle of a resource, so that what became of it is not known
     */
    record Result(Map<PciAddress, LoggedFunction> functions, int cutLines) {

        boolean failed() {
            return functions.values().stream().anyMatch(LoggedFunction::failed);
        }
    }

    static Result of(List<PasteLine> lines) {
        LogReplay replay = new LogReplay();
        lines.forEach(replay::accept);
        return new Result(replay.functions, replay.cutLines);
    }

    private void accept(PasteLine line) {
        Matcher m = MESSAGE.matcher(PasteSorter.message(line.text()));
        if (!m.matches()) {
            return;
        }
        Optional<PciAddress> address = PciAddress.tryParse(m.group(2));
        if (address.isPresent()) {
            LoggedFunction function = functions.computeIfAbsent(address.get(), a -> new LoggedFunction(a, line));
            prefix(function, Optional.ofNullable(m.group(1)).orElse("pci"));
            message(function, line, m.group(3).strip());
        }
    }

    /** The name before the address is the driver's, or that of the bus while none is bound. */
    private void prefix(LoggedFunction function, String name) {
        if (name.equals("pcieport")) {
            function.port = true;
            function.bridge = true;
            late = true;
        }
        if (!name.equals("pci")) {
            function.driver = Optional.of(name);
        }
    }

    private void message(LoggedFunction function, PasteLine line, String text) {
        Matcher discovery = DISCOVERY.matcher(text);
        if (discovery.matches()) {
            discover(function, discovery);
            return;
        }
        Matcher buses = BUSES.matcher(text);
        if (buses.matches()) {
            numbers(function, buses.group(1), buses.group(2));
            return;
        }
        Matcher above = ABOVE.matcher(text);
        if (above.matches()) {
            numbers(function, above.group(2), above.group(3));
            LogVerdicts.accept(function, line, above.group(1), late);
            return;
        }
        if (text.startsWith("pciehp: ")) {
            hotplug(function, text);
        } else if (text.startsWith("Video device with shadowed ROM")) {
            function.shadowRom = true;
        } else if (LogVerdicts.isCut(text)) {
            cutLines++;
            function.windowsCut |= text.startsWith("bridge window [mem");
        } else {
            LogVerdicts.accept(function, line, text, late);
        }
    }

    private void discover(LoggedFunction function, Matcher discovery) {
        function.forget();
        function.discoveredLate = late;
        function.ids = Optional.of(
                PciFunction.Ids.of(Integer.parseInt(discovery.group(1), 16), Integer.parseInt(discovery.group(2), 16)));
        function.bridge = discovery.group(3).equals("01");
        function.classCode = OptionalInt.of(Integer.parseInt(discovery.group(4), 16));
        String type = Optional.ofNullable(discovery.group(5)).orElse("");
        function.type = PortTypeName.at(type);
    }

    /** {@code [bus 00]} is what a bridge shows that lost its numbers. */
    private static void numbers(LoggedFunction function, String secondary, String subordinate) {
        int first = Integer.parseInt(secondary, 16);
        function.bridge = true;
        if (first != 0) {
            function.secondary = OptionalInt.of(first);
            function.subordinate = OptionalInt.of(subordinate == null ? first : Integer.parseInt(subordinate, 16));
        }
    }

    private static void hotplug(LoggedFunction function, String text) {
        if (text.contains("Slot #")) {
            function.pciehp = true;
            function.hotplug = text.contains("HotPlug+");
        } else if (ON.matcher(text).matches()) {
            function.poweredOff = false;
        } else if (OFF.matcher(text).matches()) {
            function.poweredOff = true;
        }
    }
}
