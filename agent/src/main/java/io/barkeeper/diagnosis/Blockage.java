package io.barkeeper.diagnosis;

import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Why a resource has no room: the windows and apertures above it, and who lies in them.
 *
 * @param address the function
 * @param resource its resource without an address
 * @param levels from the nearest bus up to the apertures of the root bus; several at one level where several windows
 *     could hold it
 */
public record Blockage(PciAddress address, Resource resource, List<Level> levels) {

    public Blockage {
        levels = List.copyOf(levels);
    }

    /**
     * One window or aperture.
     *
     * @param container its name, as {@link Space#name()}
     * @param size bytes; 0 when the window is missing
     * @param free bytes that nobody takes
     * @param largestFree bytes of the largest piece that nobody takes
     * @param neighbours who lies in it, ascending by address
     */
    public record Level(String container, long size, long free, long largestFree, List<Neighbour> neighbours) {
        public Level {
            neighbours = List.copyOf(neighbours);
        }
    }

    /**
     * Somebody in a window.
     *
     * @param owner function and resource, or the kernel's name for it
     * @param range what it takes
     * @param movable whether it and all that moves with it may be taken out
     * @param why the reason, of the first function that may not; empty text when movable
     */
    public record Neighbour(String owner, AddressRange range, boolean movable, String why) {}

    /** The same for people, nearest level first. */
    public List<String> sentences() {
        List<String> lines = new ArrayList<>();
        OptionalLong size = resource.size();
        lines.add(address + " " + Diagnosis.describe(resource) + " has no address"
                + (size.isEmpty() ? "; how much it needs is unknown" : ""));
        for (Level level : levels) {
            if (level.size() == 0) {
                lines.add("the " + level.container() + " does not exist");
                continue;
            }
            lines.add("the " + level.container() + " has " + Sizes.human(level.size()) + ", "
                    + Sizes.human(level.free()) + " of it free, the largest piece " + Sizes.human(level.largestFree())
                    + verdict(level, size));
            for (Neighbour n : level.neighbours()) {
                lines.add("  " + n.owner() + " takes " + n.range()
                        + (n.movable() ? ", may move" : ", stays: " + n.why()));
            }
        }
        return lines;
    }

    private static String verdict(Level level, OptionalLong size) {
        if (size.isEmpty()) {
            return "";
        }
        long needed = size.getAsLong();
        if (Long.compareUnsigned(level.largestFree(), needed) >= 0) {
            return ": enough, if what is below is taken out and found again";
        }
        if (Long.compareUnsigned(level.free(), needed) >= 0) {
            return ": enough in sum, not in one piece";
        }
        return ": " + Sizes.human(needed - level.free()) + " short";
    }
}
