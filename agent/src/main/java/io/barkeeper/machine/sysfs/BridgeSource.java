package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Capabilities;
import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.Hex;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.WindowRegisters;
import io.barkeeper.snapshot.KernelLog;
import io.barkeeper.snapshot.ResourceRow;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What makes a function a bridge: bus numbers, windows, hot-plug. */
final class BridgeSource {

    private static final int BRIDGES = 0x06;
    private static final int PCI_BRIDGE = 0x0604;
    private static final int SEMI_TRANSPARENT = 0x0609;
    static final int CARDBUS = 0x0607;

    private static final int SUBTRACTIVE = 0x060401;

    private static final Pattern SLOT_ADDRESS =
            Pattern.compile("([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2})(?::([0-9a-fA-F]{2}))?.*");

    private final SysfsTree tree;
    private final SysfsReader.Context context;
    private final Map<String, String> slotsByBus;
    private final List<String> services;

    BridgeSource(SysfsTree tree, SysfsReader.Context context) {
        this.tree = tree;
        this.context = context;
        this.slotsByBus = slots();
        this.services = tree.names(tree.path("sys/bus/pci_express/devices"));
    }

    /** By bus; on a conventional bus with many slots the one with the lowest device number stands for all. */
    private Map<String, String> slots() {
        Path slots = tree.path("sys/bus/pci/slots");
        Map<String, String> names = new HashMap<>();
        Map<String, String> devices = new HashMap<>();
        for (String slot : tree.names(slots)) {
            Matcher m = SLOT_ADDRESS.matcher(
                    tree.text(slots.resolve(slot).resolve("address")).orElse(""));
            if (m.matches()) {
                String bus = m.group(1).toLowerCase(Locale.ROOT);
                String device = Optional.ofNullable(m.group(2)).orElse("00");
                if (!names.containsKey(bus) || device.compareTo(devices.getOrDefault(bus, "")) < 0) {
                    names.put(bus, slot);
                    devices.put(bus, device);
                }
            }
        }
        return names;
    }

    Optional<Bridge> read(
            Path directory,
            PciAddress address,
            int classCode,
            Optional<ConfigSpace> config,
            List<ResourceRow> rows,
            Optional<PciFunction> earlier) {
        int kind = classCode >>> 8;
        boolean endpoint =
                kind >>> 8 != BRIDGES && config.map(c -> c.headerType() == 0).orElse(false);
        Optional<Integer> busBelow = endpoint ? Optional.empty() : busBelow(directory);
        boolean isBridge = kind == PCI_BRIDGE
                || kind == SEMI_TRANSPARENT
                || busBelow.isPresent()
                || config.map(ConfigSpace::isBridge).orElse(false);
        if (!isBridge) {
            return Optional.empty();
        }
        Optional<Bridge> before = earlier.flatMap(PciFunction::bridge);
        int secondary = busBelow.or(() -> config.map(c -> c.u8(0x19)))
                .or(() -> before.map(Bridge::secondary))
                .orElse(0);
        boolean pciehp = hasPciehp(directory, address);
        Optional<String> slot =
                Optional.ofNullable(slotsByBus.get(Hex.digits(address.domain(), 4) + ':' + Hex.digits(secondary, 2)));
        return Optional.of(new Bridge(
                address.bus(),
                secondary,
                Math.max(secondary, subordinate(config, before).orElse(secondary)),
                windows(address, config, rows, before),
                hotplug(config, before, pciehp || slot.isPresent()),
                pciehp,
                classCode == SUBTRACTIVE,
                slot));
    }

    /** As the kernel has it, which a power loss below it does not change, unlike the register. */
    private Optional<Integer> busBelow(Path directory) {
        return tree.names(directory.resolve("pci_bus")).stream()
                .filter(n -> n.matches("[0-9a-f]{4,8}:[0-9a-f]{2}"))
                .map(n -> Integer.parseInt(n.substring(n.length() - 2), 16))
                .findFirst();
    }

    private static Optional<Integer> subordinate(Optional<ConfigSpace> config, Optional<Bridge> before) {
        return config.map(c -> c.u8(0x1a)).or(() -> before.map(Bridge::subordinate));
    }

    /** Without its capabilities a port that has a slot is taken for a hot-plug port. */
    private static boolean hotplug(Optional<ConfigSpace> config, Optional<Bridge> before, boolean hasSlot) {
        return config.filter(c -> c.visibility() != ConfigSpace.Visibility.HEADER)
                .map(c -> Capabilities.express(c)
                        .map(Capabilities.Express::hotplug)
                        .orElse(false))
                .or(() -> before.map(Bridge::hotplug))
                .orElse(hasSlot);
    }

    /** Services of a port are its children, named {@code 0000:00:01.0:pcie004}; the number differs by port type. One list
     * has those of all ports; where it is missing, the directory of the port is looked through. */
    private boolean hasPciehp(Path directory, PciAddress address) {
        for (String name : services.isEmpty() ? tree.names(directory) : services) {
            if (name.startsWith(address + ":pcie")
                    && tree.targetName(directory.resolve(name).resolve("driver"))
                            .filter("pciehp"::equals)
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private Bridge.Windows windows(
            PciAddress address, Optional<ConfigSpace> config, List<ResourceRow> rows, Optional<Bridge> before) {
        boolean io = seen(address, rows, Resource.WINDOW_IO)
                || before.map(b -> b.windows().io()).orElse(false);
        boolean pref = seen(address, rows, Resource.WINDOW_PREF)
                || before.map(b -> b.windows().pref()).orElse(false);
        if (config.isEmpty()) {
            boolean pref64 = rows.stream()
                    .anyMatch(r ->
                            r.index() == Resource.WINDOW_PREF && ResourceFlags.has(r.flags(), ResourceFlags.MEM_64));
            return before.map(Bridge::windows).orElse(new Bridge.Windows(io, false, pref, pref64));
        }
        Bridge.Windows windows = WindowRegisters.support(config.get(), io, pref);
        if (!windows.io()) {
            noteMissing(address, "I/O");
        }
        if (!windows.pref()) {
            noteMissing(address, "prefetchable");
        }
        return windows;
    }

    private boolean seen(PciAddress address, List<ResourceRow> rows, int index) {
        KernelLog.FunctionTrace trace = context.log().of(address);
        return trace.windowsSeen().contains(index) || rows.stream().anyMatch(r -> r.index() == index && r.flags() != 0);
    }

    private void noteMissing(PciAddress address, String kind) {
        context.notes()
                .add(
                        "BK-NOTE-WINDOW-ASSUMED",
                        "the " + kind + " window registers of " + address + " read 0 and nothing shows such a window",
                        "it is taken to have none; a write test, which would tell, was not made");
    }
}
