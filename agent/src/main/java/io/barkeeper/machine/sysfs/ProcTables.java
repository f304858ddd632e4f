package io.barkeeper.machine.sysfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The forms of {@code /proc/PID/mountinfo} and {@code /proc/swaps} (proc(5)). Pure. */
final class ProcTables {

    private ProcTables() {}

    /**
     * A mount.
     *
     * @param number {@code major:minor} of the filesystem; an anonymous one for btrfs and the like
     * @param point where, as that mount namespace sees it
     * @param source what is mounted: a device node for disks
     */
    record Mount(String number, String point, String source) {}

    /** Lines that are no mounts are passed over. */
    static List<Mount> mounts(String mountinfo) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : mountinfo.split("\n")) {
            parse(line).ifPresent(mounts::add);
        }
        return mounts;
    }

    private static Optional<Mount> parse(String line) {
        int dash = line.indexOf(" - ");
        String[] left = (dash < 0 ? "" : line.substring(0, dash)).split(" ");
        String[] right = (dash < 0 ? "" : line.substring(dash + 3)).split(" ");
        return left.length < 6 || right.length < 2
                ? Optional.empty()
                : Optional.of(new Mount(left[2], unescape(left[4]), unescape(right[1])));
    }

    /** Devices and files that are swapped on. */
    static List<String> swaps(String table) {
        return table.lines()
                .skip(1)
                .map(l -> unescape(l.split("\\s+")[0]))
                .filter(s -> !s.isEmpty())
                .toList();
    }

    /** Blanks, tabs, newlines and backslashes stand as three octal digits after a backslash. */
    static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            boolean escaped = text.charAt(i) == '\\'
                    && i + 3 < text.length()
                    && text.substring(i + 1, i + 4).matches("[0-3][0-7]{2}");
            plain.append(escaped ? (char) Integer.parseInt(text.substring(i + 1, i + 4), 8) : text.charAt(i));
            i += escaped ? 3 : 0;
        }
        return plain.toString();
    }
}
