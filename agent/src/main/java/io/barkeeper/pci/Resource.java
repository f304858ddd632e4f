package io.barkeeper.pci;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * One row of the sysfs file {@code resource}: a BAR, a ROM, a VF BAR or a bridge window, with what the kernel believes
 * and, apart from it, what the hardware decodes.
 *
 * <p>An unassigned resource has no range. Its {@code flags} tell how it became so: with type bits, the kernel released
 * it and shows it as starting at 0 (an <em>orphan</em>); with 0, the kernel wiped the row, and size and kind come from
 * elsewhere. An unassigned window always has flags 0 from 6.18 on.
 *
 * @param index the row: 0 to 5 the BARs, 6 the ROM, 7 to 12 the VF BARs, 13 to 15 the I/O, memory and prefetchable
 *     window of a bridge
 * @param kind what it is
 * @param flags the third column as sysfs prints it; 0 when the kernel wiped the row
 * @param size bytes that it takes, for a VF BAR those of all VFs together, for an unassigned window 0; empty when
 *     unknown
 * @param range where the kernel believes it is; empty when unassigned
 * @param hardware what the registers hold
 * @param retained bytes that the kernel keeps for an unassigned window since its last failure or release: to 6.17 the
 *     row shows them, later ones keep them to themselves and the kernel log tells; empty when nothing is known
 * @param refused bytes for which the kernel log last says that there is no room, when they are not what is shown: a BAR
 *     that could not grow and kept its place, a window that nobody needed after all; only a paste tells
 * @param mayKeep present when what the kernel keeps of this unassigned window is not known for sure, since the kernel log
 *     begins after its last sizing; {@code retained} is then the best guess, empty for the usual one, and the list has sizes
 *     that were found to be as good, beside those that the model thinks of by itself
 */
public record Resource(
        int index,
        ResourceKind kind,
        long flags,
        OptionalLong size,
        Optional<AddressRange> range,
        Decoded hardware,
        OptionalLong retained,
        OptionalLong refused,
        Optional<List<Long>> mayKeep) {

    public static final int ROM = 6;
    public static final int FIRST_VF = 7;
    public static final int LAST_VF = 12;
    public static final int WINDOW_IO = 13;
    public static final int WINDOW_MEM = 14;
    public static final int WINDOW_PREF = 15;

    private static final String[] NAMES =
            IntStream.rangeClosed(0, WINDOW_PREF).mapToObj(Resource::nameOf).toArray(String[]::new);

    public Resource {
        if (index < 0 || index > WINDOW_PREF || (index >= WINDOW_IO) != kind.isWindow()) {
            throw new IllegalArgumentException("row " + index + " cannot hold a resource of kind " + kind);
        }
        if (range.isPresent() && size.isPresent() && range.get().size() != size.getAsLong()) {
            throw new IllegalArgumentException(
                    String.format("row %d spans %s but its size is 0x%x", index, range.get(), size.getAsLong()));
        }
    }

    /** A resource of which no refusal and no doubt is known. */
    public Resource(
            int index,
            ResourceKind kind,
            long flags,
            OptionalLong size,
            Optional<AddressRange> range,
            Decoded hardware,
            OptionalLong retained) {
        this(index, kind, flags, size, range, hardware, retained, OptionalLong.empty(), Optional.empty());
    }

    /** A resource that the kernel placed at {@code range}. */
    public static Resource assigned(int index, ResourceKind kind, long flags, AddressRange range, Decoded hardware) {
        return new Resource(
                index, kind, flags, OptionalLong.of(range.size()), Optional.of(range), hardware, OptionalLong.empty());
    }

    /** A resource without an address. */
    public static Resource unassigned(int index, ResourceKind kind, long flags, OptionalLong size, Decoded hardware) {
        return new Resource(index, kind, flags, size, Optional.empty(), hardware, OptionalLong.empty());
    }

    public boolean isAssigned() {
        return range.isPresent();
    }

    public boolean isWindow() {
        return kind.isWindow();
    }

    public boolean isVfBar() {
        return index >= FIRST_VF && index <= LAST_VF;
    }

    public boolean isStandardBar() {
        return index < ROM;
    }

    /** Released by the kernel but still sized: the next rescan over it assigns it, or wipes it. */
    public boolean isOrphan() {
        return !isAssigned() && !isWindow() && flags != 0;
    }

    public boolean isFixed() {
        return ResourceFlags.has(flags, ResourceFlags.PCI_FIXED);
    }

    public Resource withSize(OptionalLong newSize) {
        return new Resource(index, kind, flags, newSize, range, hardware, retained, refused, mayKeep);
    }

    public Resource withHardware(Decoded newHardware) {
        return new Resource(index, kind, flags, size, range, newHardware, retained, refused, mayKeep);
    }

    public Resource withRetained(OptionalLong newRetained) {
        return new Resource(index, kind, flags, size, range, hardware, newRetained, refused, mayKeep);
    }

    public Resource withRefused(OptionalLong newRefused) {
        return new Resource(index, kind, flags, size, range, hardware, retained, newRefused, mayKeep);
    }

    /** What the kernel keeps of this window is not known for sure. */
    public boolean isDoubtful() {
        return mayKeep.isPresent();
    }

    public Resource withMayKeep(List<Long> sizes) {
        return new Resource(
                index, kind, flags, size, range, hardware, retained, refused, Optional.of(List.copyOf(sizes)));
    }

    /** The name that the kernel log of 6.8 and later uses: {@code BAR 2}, {@code ROM}, {@code VF BAR 0}, {@code bridge window}. */
    public String name() {
        return NAMES[index];
    }

    private static String nameOf(int index) {
        if (index >= WINDOW_IO) {
            return "bridge window";
        }
        if (index == ROM) {
            return "ROM";
        }
        return index > ROM ? "VF BAR " + (index - FIRST_VF) : "BAR " + index;
    }
}
