package io.barkeeper.conformance;

import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.LabException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * All that a guest shows of its PCI devices at one moment, as the text that one short script prints: a handful of processes
 * in the guest instead of one for each file, so that a view costs well under a second even under emulation. Kernel messages
 * are those since the view before, which clears the log's mark.
 *
 * @param text what {@link #SCRIPT} printed
 * @param files contents by absolute path
 * @param links targets of symbolic links by absolute path, and directories with an empty target
 * @param configs configuration space by function: 4096 bytes where SR-IOV's capability lies there, else the first 256
 * @param messages new lines of the kernel log
 */
record GuestView(
        String text,
        Map<String, String> files,
        Map<String, String> links,
        Map<String, byte[]> configs,
        List<String> messages) {

    static final String DEVICES = "/sys/bus/pci/devices";
    private static final int LOOKS = 5;
    private static final Pattern LINK = Pattern.compile("^[dl]\\S+ .* (?:\\d\\d:\\d\\d|\\d{4}) (\\S+)(?: -> (\\S+))?$");
    private static final List<String> ATTRIBUTES = List.of(
            "vendor",
            "device",
            "subsystem_vendor",
            "subsystem_device",
            "class",
            "revision",
            "resource",
            "enable",
            "boot_vga",
            "sriov_numvfs",
            "sriov_totalvfs",
            "current_link_speed",
            "power/runtime_status",
            "secondary_bus_number",
            "subordinate_bus_number");
    private static final List<String> OTHERS = List.of(
            "/sys/bus/pci/slots/*/address",
            "/sys/bus/pci/slots/*/power",
            "/sys/bus/pci/resource_alignment",
            "/proc/iomem",
            "/proc/ioports",
            "/proc/cmdline",
            "/proc/version",
            "/proc/sys/kernel/osrelease",
            "/proc/sys/kernel/version",
            "/proc/sys/kernel/arch",
            "/proc/sys/kernel/random/boot_id",
            "/proc/bus/pci/devices");

    static final String SCRIPT = """
            cd /
            echo @@links
            ls -ld DEV/* DEV/*/driver DEV/*/physfn DEV/*/*:pcie*/driver DEV/*/pci_bus/* /sys/class/pci_bus/* 2>/dev/null
            echo @@files
            grep -H '' ATTRIBUTES OTHERS 2>/dev/null
            echo @@sizes
            ls -l DEV/*/config | while read -r mode links owner group size month day time file; do
              if [ -e "${file%/*}/sriov_totalvfs" ]; then echo "$size $file"; else echo "256 $file"; fi
            done
            echo @@config
            for file in DEV/*/config; do
              if [ -e "${file%/*}/sriov_totalvfs" ]; then cat $file; else head -c 256 $file; fi
            done | gzip -1 | base64 -w 0
            echo
            echo @@messages
            dmesg -c
            """.replace(
                    "ATTRIBUTES",
                    ATTRIBUTES.stream().map(a -> DEVICES + "/*/" + a).collect(Collectors.joining(" ")))
            .replace("OTHERS", String.join(" ", OTHERS))
            .replace("DEV", DEVICES);

    /** Takes the view of a running guest. */
    static GuestView take(GuestShell shell) {
        return parse(shell.output(SCRIPT));
    }

    /** A look when nothing changes any more; taken again when something changed while it was taken after all. */
    static GuestView settled(GuestShell shell) {
        StringBuilder missed = new StringBuilder();
        for (int attempt = 1; ; attempt++) {
            String text = shell.output(Recorder.SETTLE + SCRIPT);
            try {
                return parse(missed + text);
            } catch (IllegalStateException changing) {
                if (attempt == LOOKS) {
                    throw new LabException("the guest does not settle: " + changing.getMessage(), changing);
                }
                int messages = text.indexOf("@@messages\n");
                missed.append(messages < 0 ? "" : text.substring(messages)).append('\n');
            }
        }
    }

    /** Reads what the script printed. */
    static GuestView parse(String text) {
        Map<String, String> links = new LinkedHashMap<>();
        Map<String, StringBuilder> files = new LinkedHashMap<>();
        Map<String, Integer> sizes = new LinkedHashMap<>();
        List<String> messages = new ArrayList<>();
        String section = "";
        String config = "";
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("@@")) {
                section = line;
                continue;
            }
            switch (section) {
                case "@@links" -> addLink(line, links);
                case "@@files" -> addLine(line, files);
                case "@@sizes" -> addSize(line, sizes);
                case "@@config" -> config += line;
                case "@@messages" -> messages.add(line);
                default -> {}
            }
        }
        Map<String, String> contents = new LinkedHashMap<>();
        files.forEach((path, content) -> contents.put(path, content.toString()));
        return new GuestView(text, contents, links, configs(sizes, config), List.copyOf(messages));
    }

    private static void addLink(String line, Map<String, String> links) {
        Matcher m = LINK.matcher(line);
        if (m.matches()) {
            links.put(m.group(1), m.group(2) == null ? "" : m.group(2));
        }
    }

    private static void addLine(String line, Map<String, StringBuilder> files) {
        // Addresses hold colons, so the end of the path is where one of the known names ends.
        for (int colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', colon + 1)) {
            String path = line.substring(0, colon);
            if (isFile(path)) {
                files.computeIfAbsent(path, p -> new StringBuilder())
                        .append(line, colon + 1, line.length())
                        .append('\n');
                return;
            }
        }
    }

    private static boolean isFile(String path) {
        return path.startsWith("/proc/")
                || path.equals("/sys/bus/pci/resource_alignment")
                || (path.startsWith("/sys/bus/pci/slots/") && (path.endsWith("/address") || path.endsWith("/power")))
                || (path.startsWith(DEVICES) && ATTRIBUTES.stream().anyMatch(a -> path.endsWith("/" + a)));
    }

    private static void addSize(String line, Map<String, Integer> sizes) {
        String[] words = line.split(" ");
        if (words.length == 2 && words[1].startsWith(DEVICES)) {
            sizes.put(words[1].substring(DEVICES.length() + 1, words[1].lastIndexOf('/')), Integer.parseInt(words[0]));
        }
    }

    private static Map<String, byte[]> configs(Map<String, Integer> sizes, String zipped) {
        Map<String, byte[]> configs = new LinkedHashMap<>();
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(zipped)))) {
            byte[] all = in.readAllBytes();
            int at = 0;
            for (Map.Entry<String, Integer> size : sizes.entrySet()) {
                configs.put(size.getKey(), Arrays.copyOfRange(all, at, at + size.getValue()));
                at += size.getValue();
            }
            if (at != all.length) {
                throw new IllegalStateException("configuration spaces have " + all.length + " bytes, not " + at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return configs;
    }

    /** The functions that the kernel knows, as {@code 0000:00:01.0}. */
    List<String> functions() {
        return List.copyOf(configs.keySet());
    }

    /** An attribute of a function without blanks around it, empty text when it has none. */
    String attribute(String function, String name) {
        return files.getOrDefault(DEVICES + "/" + function + "/" + name, "").strip();
    }

    /** Last name of the driver link; empty text when no driver is bound. */
    String driver(String function) {
        return lastName(links.getOrDefault(DEVICES + "/" + function + "/driver", ""));
    }

    /** The functions from the root bus down to this one. */
    List<String> path(String function) {
        return Arrays.stream(links.getOrDefault(DEVICES + "/" + function, "").split("/"))
                .filter(e -> e.matches("[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]"))
                .toList();
    }

    /** The bus below a bridge as {@code 0000:02}; empty text when it has none. */
    String busBelow(String function) {
        String start = DEVICES + "/" + function + "/pci_bus/";
        return links.keySet().stream()
                .filter(l -> l.startsWith(start))
                .map(GuestView::lastName)
                .findFirst()
                .orElse("");
    }

    boolean hasPciehp(String function) {
        String start = DEVICES + "/" + function + "/" + function + ":pcie";
        return links.entrySet().stream()
                .anyMatch(l -> l.getKey().startsWith(start) && l.getValue().endsWith("/pciehp"));
    }

    /** The slot directory whose address is this bus and device, {@code 0000:02:00}; empty text when there is none. */
    String slot(String address) {
        return files.entrySet().stream()
                .filter(f ->
                        f.getKey().endsWith("/address") && f.getValue().strip().equals(address))
                .map(f -> f.getKey().split("/")[5])
                .findFirst()
                .orElse("");
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * Lays the view out as a tree of files as a captured tree has them, with the whole kernel log up to now.
     *
     * @param root an empty folder
     */
    void unpack(Path root, List<String> log) throws IOException {
        Map<String, String> real = new LinkedHashMap<>();
        for (String function : functions()) {
            String link = DEVICES + "/" + function;
            String target = links.getOrDefault(link, "");
            String at = "/sys/devices" + target.substring(target.indexOf("/devices/") + "/devices".length());
            real.put(link, at);
            Path folder = Files.createDirectories(at(root, at));
            Files.write(folder.resolve("config"), configs.getOrDefault(function, new byte[0]));
            Files.createDirectories(at(root, DEVICES));
            Files.createSymbolicLink(at(root, link), Path.of(target));
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = at(root, resolved(file.getKey(), real));
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        for (Map.Entry<String, String> link : links.entrySet()) {
            Path path = at(root, resolved(link.getKey(), real));
            if (real.containsKey(link.getKey())) {
                continue;
            }
            if (link.getValue().isEmpty()) {
                Files.createDirectories(path);
            } else {
                Files.createDirectories(path.getParent());
                Files.createSymbolicLink(path, Path.of(link.getValue()));
            }
        }
        Files.write(root.resolve("dmesg"), log);
    }

    private static Path at(Path root, String absolute) {
        return root.resolve(absolute.substring(1));
    }

    private static String resolved(String path, Map<String, String> real) {
        if (!path.startsWith(DEVICES + "/")) {
            return path;
        }
        int end = path.indexOf('/', DEVICES.length() + 1);
        String link = end < 0 ? path : path.substring(0, end);
        return real.getOrDefault(link, link) + (end < 0 ? "" : path.substring(end));
    }
}
