package io.barkeeper.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** All PCI functions of the guest at one moment, and what is wrong with them. */
public final class PciState {
    /** Prints what {@link #parse} reads. */
    static final String SCRIPT = """
            for d in /sys/bus/pci/devices/*; do
              echo "@ $(readlink -f $d) $(readlink $d/driver)"
              cat $d/resource
              echo "= $(od -An -v -tx1 -N 64 $d/config | tr -d ' \\n')"
            done
            """;

    private static final int BARS = 6;

    /** Drivers that leave I/O decoding off when they bind ({@code pci_enable_device_mem()}), whatever firmware had done. */
    private static final Set<String> MEMORY_ONLY = Set.of("e1000e");

    /** Hexadecimal digits of the 64 byte header that the script prints. */
    private static final int HEADER_DIGITS = 128;

    private final Map<String, PciDevice> byPath = new TreeMap<>();

    private PciState() {}

    static PciState parse(String text) {
        PciState state = new PciState();
        String[] blocks = text.split("(?m)^@ ");
        for (String block : blocks) {
            if (!block.isBlank()) {
                device(block.lines().toList()).ifPresent(device -> state.byPath.put(device.path(), device));
            }
        }
        return state;
    }

    public Optional<PciDevice> byPath(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    /** The device at an address of now. */
    public PciDevice at(String address) {
        return byPath.values().stream()
                .filter(device -> device.address().equals(address))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No device " + address + "; there are " + byPath.values()));
    }

    /** Whether there is a device at an address of now. */
    public boolean has(String address) {
        return byPath.values().stream().anyMatch(device -> device.address().equals(address));
    }

    /**
     * What keeps the devices of an earlier state from working as they did: gone, no driver, a BAR that had a place and has none,
     * or one that its own register or a window on the way up does not cover. Addresses may differ.
     */
    public List<String> lostSince(PciState before) {
        List<String> troubles = new ArrayList<>();
        for (PciDevice old : before.byPath.values()) {
            PciDevice now = byPath.get(old.path());
            if (now == null) {
                troubles.add(old + " is gone");
                continue;
            }
            if (!now.driver().equals(old.driver())) {
                troubles.add(old + " has driver '" + now.driver() + "'");
            }
            for (int bar = 0; bar < BARS; bar++) {
                if (old.row(bar).assigned()) {
                    troubles.addAll(missing(now, bar, old.row(bar).size()));
                }
            }
        }
        return troubles;
    }

    /** Why a BAR of this size is not usable; empty when it is. */
    public List<String> missing(PciDevice device, int bar, long size) {
        PciDevice.Row row = device.row(bar);
        if (!row.assigned() || row.size() != size) {
            return List.of("%s BAR %d should have 0x%x bytes, sysfs says %s".formatted(device, bar, size, row));
        }
        List<String> troubles = new ArrayList<>();
        if (device.barRegister(bar) != row.start()) {
            troubles.add(
                    "%s BAR %d is %s, its register says 0x%x".formatted(device, bar, row, device.barRegister(bar)));
        }
        boolean leftOff = row.io() && MEMORY_ONLY.contains(device.driver());
        if (!device.driver().isEmpty() && !leftOff && !device.decodes(row)) {
            troubles.add("%s has a driver, and decode is off (BAR %d)".formatted(device, bar));
        }
        for (Optional<PciDevice> up = parent(device); up.isPresent(); up = parent(up.orElseThrow())) {
            PciDevice bridge = up.orElseThrow();
            if (bridge.windows().stream().noneMatch(w -> w.io() == row.io() && w.contains(row))) {
                troubles.add("%s BAR %d %s lies in no window of %s".formatted(device, bar, row, bridge));
            }
            if (bridge.windowRegisters().stream().noneMatch(w -> w.io() == row.io() && w.contains(row))) {
                troubles.add("%s BAR %d %s: the registers of %s do not open it".formatted(device, bar, row, bridge));
            }
            if (!bridge.decodes(row)) {
                troubles.add("%s BAR %d %s: decode is off in %s".formatted(device, bar, row, bridge));
            }
        }
        return troubles;
    }

    /** What differs in sysfs and in window and BAR registers: empty when nobody touched anything. */
    public List<String> differencesTo(PciState other) {
        List<String> differences = new ArrayList<>();
        TreeMap<String, PciDevice> all = new TreeMap<>(byPath);
        all.putAll(other.byPath);
        for (String path : all.keySet()) {
            String mine = describe(byPath.get(path));
            String theirs = describe(other.byPath.get(path));
            if (!mine.equals(theirs)) {
                differences.add("here:  " + mine + "\nthere: " + theirs);
            }
        }
        return differences;
    }

    private Optional<PciDevice> parent(PciDevice device) {
        int slash = device.path().lastIndexOf('/');
        return slash < 0 ? Optional.empty() : byPath(device.path().substring(0, slash));
    }

    private static String describe(@org.jspecify.annotations.Nullable PciDevice device) {
        if (device == null) {
            return "absent";
        }
        // Status registers are no settings: their error bits come and go by themselves (offsets 06h, of bridges 1Eh).
        StringBuilder config = new StringBuilder(device.config()).replace(12, 16, "....");
        if (device.bridge()) {
            config.replace(60, 64, "....");
        }
        return device + " " + device.rows() + " " + config;
    }

    /** Empty for a device that was removed while it was read: it is in no state then. */
    private static Optional<PciDevice> device(List<String> lines) {
        String[] head = lines.get(0).split(" ");
        String[] way = head[0].split("/");
        String address = way[way.length - 1];
        StringBuilder path = new StringBuilder();
        for (String step : way) {
            if (step.matches("[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]")) {
                path.append(path.length() == 0 ? step : "/" + step.substring(step.length() - 4));
            }
        }
        String driver = head.length > 1 ? head[1].substring(head[1].lastIndexOf('/') + 1) : "";
        List<PciDevice.Row> rows = lines.stream()
                .filter(line -> line.startsWith("0x"))
                .map(PciState::row)
                .toList();
        String config = lines.stream()
                .filter(line -> line.startsWith("= "))
                .map(line -> line.substring(2))
                .findFirst()
                .orElse("");
        return rows.isEmpty() || config.length() != HEADER_DIGITS
                ? Optional.empty()
                : Optional.of(new PciDevice(address, path.toString(), driver, rows, config));
    }

    private static PciDevice.Row row(String line) {
        String[] word = line.split(" ");
        return new PciDevice.Row(hex(word[0]), hex(word[1]), hex(word[2]));
    }

    private static long hex(String word) {
        return Long.parseUnsignedLong(word.substring(2), 16);
    }
}
