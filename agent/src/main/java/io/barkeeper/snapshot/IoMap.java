package io.barkeeper.snapshot;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Hex;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Reservation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resource tree of {@code /proc/iomem} or {@code /proc/ioports}.
 *
 * <p>The tree is rebuilt from the addresses, since the kernel stops to indent after five levels (eight in 7.2). It
 * prints parents before children, so a line belongs below the last line above it that contains it. To a process without
 * CAP_SYS_ADMIN the kernel prints every address as 0; that is no tree ({@link #isHidden()}).
 */
public final class IoMap {

    private static final Pattern BUS = Pattern.compile("PCI Bus ([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2})");
    /** Drivers of a frame buffer that firmware set up; they go on using its address whatever PCI does. */
    private static final List<String> FRAME_BUFFERS =
            List.of("efifb", "bootfb", "simplefb", "simple-framebuffer", "simpledrm", "vesafb", "efidrm", "vesadrm");

    private final List<Entry> roots;
    private final boolean hidden;

    private IoMap(List<Entry> roots, boolean hidden) {
        this.roots = roots;
        this.hidden = hidden;
    }

    /** One line with what lies in it. */
    private record Entry(AddressRange range, String name, List<Entry> below) {

        boolean isPci() {
            return PciAddress.tryParse(name).isPresent() || BUS.matcher(name).matches();
        }

        boolean isFrameBuffer() {
            String lower = name.toLowerCase(Locale.ROOT);
            for (String driver : FRAME_BUFFERS) {
                if (lower.contains(driver)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** An empty map, of a file that could not be read. */
    public static IoMap unreadable() {
        return new IoMap(List.of(), true);
    }

    /**
     * Parses the file.
     *
     * @throws MalformedTextException when a line is not {@code start-end : name} in hexadecimal
     */
    public static IoMap parse(String text) throws MalformedTextException {
        List<Entry> roots = new ArrayList<>();
        Deque<Entry> open = new ArrayDeque<>();
        boolean anyAddress = false;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            Entry entry = parseLine(number, line);
            anyAddress |= entry.range().end() != 0;
            while (!open.isEmpty() && !open.getLast().range().contains(entry.range())) {
                open.removeLast();
            }
            (open.isEmpty() ? roots : open.getLast().below()).add(entry);
            open.addLast(entry);
        }
        return new IoMap(roots, !anyAddress);
    }

    private static Entry parseLine(int number, String line) throws MalformedTextException {
        String text = line.strip();
        int dash = text.indexOf('-');
        int colon = text.indexOf(" :");
        OptionalLong first = Hex.parse(text, 0, dash);
        OptionalLong last = Hex.parse(text, dash + 1, colon);
        if (first.isEmpty() || last.isEmpty()) {
            throw new MalformedTextException(
                    "line " + number + " is '" + text + "', not 'start-end : name' in hexadecimal");
        }
        long start = first.getAsLong();
        long end = last.getAsLong();
        if (AddressRange.below(end, start)) {
            throw new MalformedTextException("line " + number + " ends below its start: '" + text + "'");
        }
        return new Entry(new AddressRange(start, end), text.substring(colon + 2).strip(), new ArrayList<>());
    }

    /** One line of the file. */
    record Line(AddressRange range, String name) {

        boolean isPci() {
            return function().isPresent() || bus().isPresent();
        }

        Optional<PciAddress> function() {
            return PciAddress.tryParse(name);
        }

        /** {@code DDDD:BB} of a bridge's window or an aperture. */
        Optional<String> bus() {
            Matcher m = BUS.matcher(name);
            return m.matches() ? Optional.of(m.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
        }

        @Override
        public String toString() {
            return range + " (" + name + ")";
        }
    }

    /** Two lines of PCI that overlap while neither contains the other. */
    record Crossing(Line first, Line second) {}

    /** All lines, in the order of the file. */
    List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        flatten(roots, lines);
        return lines;
    }

    private static void flatten(List<Entry> entries, List<Line> into) {
        for (Entry entry : entries) {
            into.add(new Line(entry.range(), entry.name()));
            flatten(entry.below(), into);
        }
    }

    /** Where the lines of PCI make no tree. */
    List<Crossing> crossings() {
        List<Line> pci = lines().stream().filter(Line::isPci).toList();
        List<Crossing> found = new ArrayList<>();
        for (int i = 0; i < pci.size(); i++) {
            for (Line other : pci.subList(i + 1, pci.size())) {
                Line line = pci.get(i);
                if (line.range().intersection(other.range()).isPresent()
                        && !line.range().contains(other.range())
                        && !other.range().contains(line.range())) {
                    found.add(new Crossing(line, other));
                }
            }
        }
        return found;
    }

    /** True when the kernel hid all addresses, or there was nothing to read. */
    public boolean isHidden() {
        return hidden;
    }

    /**
     * The apertures of a root bus, ascending. The kernel's own order, which decides placement, is only in its log.
     *
     * @param host {@code DDDD:BB}
     * @param io which of the two files this is
     */
    public List<HostBridge.Aperture> apertures(String host, boolean io) {
        List<HostBridge.Aperture> found = new ArrayList<>();
        if (!hidden) {
            collectApertures(roots, host, io, found);
        }
        return found;
    }

    private static void collectApertures(List<Entry> entries, String host, boolean io, List<HostBridge.Aperture> into) {
        for (Entry entry : entries) {
            if (isBus(entry, host)) {
                into.add(new HostBridge.Aperture(io, false, entry.range()));
            } else {
                collectApertures(entry.below(), host, io, into);
            }
        }
    }

    private static boolean isBus(Entry entry, String host) {
        if (!entry.name().startsWith("PCI Bus ")) {
            return false;
        }
        Matcher m = BUS.matcher(entry.name());
        return m.matches() && m.group(1).toLowerCase(Locale.ROOT).equals(host);
    }

    /**
     * What others than PCI hold inside apertures, and the frame buffers of firmware wherever they are. What lies inside
     * a PCI function's BAR is its driver's and no reservation; what contains an aperture does not narrow it.
     *
     * @param hosts the host bridges with their apertures
     * @param io which of the two files this is
     */
    public List<Reservation> reservations(List<HostBridge> hosts, boolean io) {
        List<Reservation> found = new ArrayList<>();
        if (hidden) {
            return found;
        }
        for (HostBridge host : hosts) {
            for (HostBridge.Aperture aperture : host.apertures()) {
                if (aperture.io() == io) {
                    held(aperture.range(), host.name(), io, found);
                }
            }
        }
        frameBuffers(roots, io, found);
        return found.stream().distinct().toList();
    }

    private void held(AddressRange aperture, String host, boolean io, List<Reservation> into) {
        Optional<Entry> node = find(roots, aperture, host);
        // Without its own line (pci=nocrs) the aperture is the whole space, and its children are the top level.
        List<Entry> children = node.map(Entry::below).orElse(roots);
        for (Entry child : children) {
            Optional<AddressRange> inside = child.range().intersection(aperture);
            if (!child.isPci() && inside.isPresent()) {
                into.add(new Reservation(io, inside.get(), child.name()));
            }
        }
    }

    private static Optional<Entry> find(List<Entry> entries, AddressRange aperture, String host) {
        for (Entry entry : entries) {
            if (entry.range().equals(aperture) && isBus(entry, host)) {
                return Optional.of(entry);
            }
            Optional<Entry> below = find(entry.below(), aperture, host);
            if (below.isPresent()) {
                return below;
            }
        }
        return Optional.empty();
    }

    private static void frameBuffers(List<Entry> entries, boolean io, List<Reservation> into) {
        for (Entry entry : entries) {
            if (entry.isFrameBuffer()) {
                into.add(new Reservation(io, entry.range(), entry.name()));
            }
            frameBuffers(entry.below(), io, into);
        }
    }
}
