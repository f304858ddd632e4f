package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.snapshot.paste.LspciFunction.Region;
import io.barkeeper.snapshot.paste.LspciFunction.WindowLine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The indented lines below the head of a function.
 *
 * <p>A "Region" shows the address that the kernel has, and {@code <ignored>} where only the register holds one. A window
 * "behind bridge" shows the registers; {@code [disabled]} says that they, or the kernel, have it closed.
 */
final class LspciDetails {

    private static final Pattern REGION =
            Pattern.compile("(?:Region (\\d): )?(Memory|I/O ports) at (\\S+)((?: [\\[(<].*)?)");
    private static final Pattern ROM = Pattern.compile("Expansion ROM at (\\S+)(.*)");
    private static final Pattern SIZE = Pattern.compile(".*\\[size=(\\d{1,4})([KMGT]?)\\].*");
    private static final Pattern BUSES =
            Pattern.compile("Bus: primary=[0-9a-f]{2}, secondary=([0-9a-f]{2}), subordinate=([0-9a-f]{2}),.*");
    private static final Pattern WINDOW = Pattern.compile("(I/O|Memory|Prefetchable memory) behind bridge: (.*)");
    private static final Pattern RANGE = Pattern.compile("([0-9a-f]{4,16})-([0-9a-f]{4,16})\\b.*");
    private static final Pattern EXPRESS = Pattern.compile("Capabilities: \\[\\w+\\] Express (?:\\(v\\d\\) )?(.*)");
    private static final Pattern SERIAL =
            Pattern.compile("Capabilities: \\[.*\\] Device Serial Number ((?:[0-9a-f]{2}-){7}[0-9a-f]{2})");
    private static final Pattern VFS = Pattern.compile(".*Total VFs: (\\d{1,5}), Number of VFs: (\\d{1,5}).*");
    private static final Pattern SUBSYSTEM = Pattern.compile("Subsystem: .*?([0-9a-f]{4}):([0-9a-f]{4})\\]?");
    private static final Pattern GROUP = Pattern.compile("IOMMU group: (\\d{1,6})");

    private static final List<Map.Entry<String, PortType>> TYPES = List.of(
            Map.entry("Root Port", PortType.ROOT_PORT),
            Map.entry("Upstream Port", PortType.UPSTREAM_PORT),
            Map.entry("Downstream Port", PortType.DOWNSTREAM_PORT),
            Map.entry("Legacy Endpoint", PortType.LEGACY_ENDPOINT),
            Map.entry("Endpoint", PortType.ENDPOINT),
            Map.entry("Root Complex Integrated Endpoint", PortType.INTEGRATED_ENDPOINT),
            Map.entry("Root Complex Event Collector", PortType.EVENT_COLLECTOR),
            Map.entry("PCI-Express to PCI/PCI-X Bridge", PortType.PCIE_TO_PCI_BRIDGE),
            Map.entry("PCI/PCI-X to PCI-Express Bridge", PortType.PCI_TO_PCIE_BRIDGE));

    /** Bits of the command register, lowest first (PCI Local Bus 3.0, 6.2.2), as the line "Control" names them. */
    private static final List<String> CONTROL = List.of(
            "I/O",
            "Mem",
            "BusMaster",
            "SpecCycle",
            "MemWINV",
            "VGASnoop",
            "ParErr",
            "Stepping",
            "SERR",
            "FastB2B",
            "DisINTx");

    private final LspciFunction function;
    private boolean inSriov;

    LspciDetails(LspciFunction function) {
        this.function = function;
    }

    void accept(PasteLine line) throws PasteException {
        String text = line.text().strip();
        if (text.startsWith("Capabilities:")) {
            capability(text);
        } else if (text.startsWith("Region ") || text.startsWith("Memory at ") || text.startsWith("I/O ports at ")) {
            region(line, text);
        } else if (text.startsWith("Expansion ROM at ")) {
            rom(line, text);
        } else if (text.contains(" behind bridge: ")) {
            window(text);
        } else if (text.startsWith("SltCap:")) {
            function.hotplug = function.slot && text.contains("HotPlug+");
        } else if (text.startsWith("Control:") && function.command.isEmpty()) {
            control(text);
        } else if (text.startsWith("Kernel driver in use: ")) {
            function.driver = Optional.of(text.substring("Kernel driver in use: ".length()));
        } else if (text.startsWith("!!! Unknown header type 7f")) {
            function.silent = true;
        } else {
            numbers(text);
        }
    }

    private void capability(String text) {
        inSriov = text.contains("Single Root I/O Virtualization");
        function.capabilitiesDenied |= text.contains("<access denied>");
        function.capabilitiesShown |= !text.contains("<access denied>");
        Matcher express = EXPRESS.matcher(text);
        if (express.matches()) {
            String rest = express.group(1);
            function.slot = rest.contains("(Slot+)");
            function.type = TYPES.stream()
                    .filter(t -> rest.startsWith(t.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }
        Matcher serial = SERIAL.matcher(text);
        if (serial.matches()) {
            function.serial = serial.group(1).replace("-", "");
        }
    }

    private void numbers(String text) {
        Matcher buses = BUSES.matcher(text);
        if (buses.matches()) {
            function.bridge = true;
            int secondary = Integer.parseInt(buses.group(1), 16);
            function.secondary = OptionalInt.of(secondary);
            function.subordinate = OptionalInt.of(Math.max(secondary, Integer.parseInt(buses.group(2), 16)));
            return;
        }
        Matcher vfs = VFS.matcher(text);
        if (inSriov && vfs.matches()) {
            function.totalVfs = OptionalInt.of(Integer.parseInt(vfs.group(1)));
            function.numVfs = OptionalInt.of(Integer.parseInt(vfs.group(2)));
            return;
        }
        Matcher subsystem = SUBSYSTEM.matcher(text);
        if (subsystem.matches()) {
            function.subsystem = OptionalInt.of(
                    Integer.parseInt(subsystem.group(1), 16) << 16 | Integer.parseInt(subsystem.group(2), 16));
            return;
        }
        Matcher group = GROUP.matcher(text);
        if (group.matches()) {
            function.iommuGroup = OptionalInt.of(Integer.parseInt(group.group(1)));
        }
    }

    private void control(String text) {
        int command = 0;
        for (int bit = 0; bit < CONTROL.size(); bit++) {
            command |= text.contains(CONTROL.get(bit) + "+") ? 1 << bit : 0;
        }
        function.command = OptionalInt.of(command);
    }

    private void region(PasteLine line, String text) throws PasteException {
        Matcher m = REGION.matcher(text);
        if (!m.matches()) {
            return;
        }
        if (m.group(1) == null) {
            function.unnumberedRegions = true;
            return;
        }
        int number = Integer.parseInt(m.group(1));
        if (number >= Resource.ROM) {
            throw PasteException.contradiction(line.place() + ": a function has no region " + number);
        }
        int index = inSriov ? Resource.FIRST_VF + number : number;
        function.regions.putIfAbsent(index, read(line, kind(m.group(2), m.group(4)), m.group(3), m.group(4)));
    }

    private void rom(PasteLine line, String text) throws PasteException {
        Matcher m = ROM.matcher(text);
        if (m.matches()) {
            function.regions.putIfAbsent(Resource.ROM, read(line, ResourceKind.ROM, m.group(1), m.group(2)));
        }
    }

    private static ResourceKind kind(String space, String rest) {
        if (space.startsWith("I/O")) {
            return ResourceKind.IO;
        }
        boolean prefetchable = !rest.contains("non-prefetchable") && rest.contains("prefetchable");
        if (rest.contains("(64-bit")) {
            return prefetchable ? ResourceKind.MEM64_PREF : ResourceKind.MEM64;
        }
        return prefetchable ? ResourceKind.MEM32_PREF : ResourceKind.MEM32;
    }

    private static Region read(PasteLine line, ResourceKind kind, String at, String rest) throws PasteException {
        OptionalLong size = size(rest);
        OptionalLong start =
                at.matches("[0-9a-f]{1,16}") ? OptionalLong.of(Long.parseUnsignedLong(at, 16)) : OptionalLong.empty();
        boolean virtual = rest.contains("[virtual]");
        if (start.isPresent() && size.isPresent() && !virtual) {
            boolean aligned = (start.getAsLong() & (size.getAsLong() - 1)) == 0;
            if (!aligned
                    || AddressRange.fitting(start.getAsLong(), size.getAsLong()).isEmpty()) {
                throw PasteException.contradiction(String.format(
                        "%s: a region of 0x%x bytes cannot begin at 0x%x",
                        line.place(), size.getAsLong(), start.getAsLong()));
            }
        }
        OptionalLong placed = start.isPresent() && start.getAsLong() == 0 ? OptionalLong.empty() : start;
        return new Region(kind, placed, size, virtual, line);
    }

    private static OptionalLong size(String rest) {
        Matcher m = SIZE.matcher(rest);
        if (!m.matches()) {
            return OptionalLong.empty();
        }
        int shift = 10 * ("KMGT".indexOf(m.group(2).isEmpty() ? " " : m.group(2)) + 1);
        long size = Long.parseLong(m.group(1)) << shift;
        return Long.bitCount(size) == 1 ? OptionalLong.of(size) : OptionalLong.empty();
    }

    private void window(String text) {
        Matcher m = WINDOW.matcher(text);
        if (!m.matches()) {
            return;
        }
        int index = switch (m.group(1)) {
            case "I/O" -> Resource.WINDOW_IO;
            case "Memory" -> Resource.WINDOW_MEM;
            default -> Resource.WINDOW_PREF;
        };
        String rest = m.group(2);
        Matcher range = RANGE.matcher(rest);
        Optional<AddressRange> open = Optional.empty();
        Optional<Boolean> wide = rest.contains("[64-bit]")
                ? Optional.of(true)
                : rest.contains("-bit]") ? Optional.of(false) : Optional.empty();
        if (range.matches()) {
            long start = Long.parseUnsignedLong(range.group(1), 16);
            long end = Long.parseUnsignedLong(range.group(2), 16);
            open = AddressRange.below(end, start) ? Optional.empty() : Optional.of(new AddressRange(start, end));
            wide = wide.isEmpty() ? Optional.of(range.group(1).length() > 8) : wide;
        }
        function.bridge = true;
        function.windows.putIfAbsent(index, new WindowLine(open, rest.contains("[disabled]"), wide));
    }
}
