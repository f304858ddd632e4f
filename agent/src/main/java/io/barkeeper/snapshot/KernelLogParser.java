package io.barkeeper.snapshot;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.FirmwareMap;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads messages of the kernel log, one after the other, the last word on each matter winning. Unknown messages are
 * passed over: the log belongs to everybody. A parser is kept by who follows the log.
 */
public final class KernelLogParser {

    /** "pci 0000:06:00.0: …", "pcieport 0000:02:03.0: …": the driver's name comes first, whatever it is. */
    private static final Pattern FUNCTION =
            Pattern.compile("[^:\\[]*?\\b([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]): +(.*)");

    private static final Pattern ROOT_BUS =
            Pattern.compile("pci_bus ([0-9a-f]{4,8}:[0-9a-f]{2}): root bus resource (\\[.*?\\]).*");
    private static final Pattern BUS_NUMBERS = Pattern.compile("\\[bus ([0-9a-f]{2})(?:-([0-9a-f]{2}))?\\]");
    /** The map is printed as firmware gave it, then once more after each change by the command line or a table. */
    private static final Pattern E820 =
            Pattern.compile("(BIOS-e820|user|modified|BIOS-88|BIOS-e801): \\[mem (0x[0-9a-f]+)-(0x[0-9a-f]+)\\].*");

    private static final Pattern HONOURED = Pattern.compile("PCI: (Using|Ignoring) E820 reservations .*");
    private static final Pattern GAP =
            Pattern.compile("\\[(?:mem|gap) (0x[0-9a-f]+)-(0x[0-9a-f]+)\\] available for PCI devices.*");

    private String banner = "";
    private final Map<String, List<HostBridge.Aperture>> apertures = new LinkedHashMap<>();
    private final Map<String, Integer> lastBuses = new LinkedHashMap<>();
    private final Map<PciAddress, FunctionTraceParser> functions = new LinkedHashMap<>();
    private final List<AddressRange> e820 = new ArrayList<>();
    private String e820Source = "";
    private FirmwareMap.Honoured honoured = FirmwareMap.Honoured.UNKNOWN;
    private OptionalLong gap = OptionalLong.empty();

    /** @param messages without times, oldest first, as {@link KernelLogText} yields them */
    public static KernelLog parse(List<String> messages) {
        KernelLogParser parser = new KernelLogParser();
        parser.accept(messages);
        return parser.soFar();
    }

    /** More messages, which come after all that were accepted before. */
    public void accept(List<String> messages) {
        messages.forEach(this::accept);
    }

    private void accept(String message) {
        if (message.startsWith("Linux version ")) {
            banner = message;
        } else if (message.startsWith("pci_bus ")) {
            acceptRootBus(message);
        } else if (message.contains("e820") || message.startsWith("user: ") || message.startsWith("modified: ")) {
            acceptE820(message);
        } else if (message.startsWith("PCI: ")) {
            Matcher m = HONOURED.matcher(message);
            if (m.matches()) {
                honoured = m.group(1).equals("Using") ? FirmwareMap.Honoured.YES : FirmwareMap.Honoured.NO;
            }
        } else if (message.startsWith("[mem ") || message.startsWith("[gap ")) {
            Matcher m = GAP.matcher(message);
            if (m.matches()) {
                gap = OptionalLong.of(ResourceText.hex(m.group(1)));
            }
        } else {
            acceptFunction(message);
        }
    }

    private void acceptRootBus(String message) {
        Matcher m = ROOT_BUS.matcher(message);
        if (!m.matches()) {
            return;
        }
        String host = m.group(1);
        List<HostBridge.Aperture> list = apertures.computeIfAbsent(host, h -> new ArrayList<>());
        Matcher buses = BUS_NUMBERS.matcher(m.group(2));
        if (buses.matches()) {
            String last = buses.group(2) == null ? buses.group(1) : buses.group(2);
            lastBuses.put(host, Integer.parseInt(last, 16));
            return;
        }
        Optional<ResourceText> resource = ResourceText.find(m.group(2), 0);
        resource.flatMap(ResourceText::range)
                .map(range -> new HostBridge.Aperture(
                        resource.get().io(), resource.get().prefetchable(), range))
                .filter(a -> !list.contains(a))
                .ifPresent(list::add);
    }

    private void acceptE820(String message) {
        Matcher m = E820.matcher(message);
        if (!m.matches()) {
            return;
        }
        if (!m.group(1).equals(e820Source)) {
            e820Source = m.group(1);
            e820.clear();
        }
        long start = ResourceText.hex(m.group(2));
        long end = ResourceText.hex(m.group(3));
        if (!AddressRange.below(end, start)) {
            e820.add(new AddressRange(start, end));
        }
    }

    private void acceptFunction(String message) {
        Matcher m = FUNCTION.matcher(message);
        if (m.matches()) {
            PciAddress.tryParse(m.group(1))
                    .ifPresent(address -> functions
                            .computeIfAbsent(address, a -> new FunctionTraceParser())
                            .accept(m.group(2)));
        }
    }

    /** What all messages accepted so far tell. */
    public KernelLog soFar() {
        Map<String, KernelLog.HostTrace> hosts = new LinkedHashMap<>();
        apertures.forEach((host, list) -> {
            Integer last = lastBuses.get(host);
            hosts.put(host, new KernelLog.HostTrace(list, last == null ? OptionalInt.empty() : OptionalInt.of(last)));
        });
        Map<PciAddress, KernelLog.FunctionTrace> traces = new LinkedHashMap<>();
        functions.forEach((address, parser) -> traces.put(address, parser.soFar()));
        boolean reachesBoot = !banner.isEmpty();
        FirmwareMap firmware = e820.isEmpty() && honoured == FirmwareMap.Honoured.UNKNOWN
                ? FirmwareMap.UNKNOWN
                : new FirmwareMap(honoured, e820, gap);
        return new KernelLog(reachesBoot, false, banner, hosts, firmware, traces);
    }
}
