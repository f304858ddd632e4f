package io.barkeeper.pci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Decodes the capabilities that resource assignment depends on. */
public final class Capabilities {

    private static final int SLOT_IMPLEMENTED = 0x100;
    private static final int HOT_PLUG_CAPABLE = 0x40;
    private static final int FIRST_VF_BAR = 0x24;
    private static final int EA_ENABLED = 0x8000_0000;

    private Capabilities() {}

    /**
     * The PCI Express capability (PCIe 6.0, 7.5.3).
     *
     * @param hotplug a slot is implemented and Hot-Plug Capable
     */
    public record Express(PortType type, boolean slotImplemented, boolean hotplug) {}

    /**
     * One entry of the Enhanced Allocation capability (PCIe 6.0, 7.8.5): a range that the function decodes without any
     * BAR, and that cannot move.
     *
     * @param bei BAR Equivalent Indicator: 0 to 5 BARs, 8 the ROM, 9 to 14 VF BARs
     */
    public record FixedRange(int bei, AddressRange range) {

        /** The row of the sysfs file {@code resource} that it stands in for; empty for ranges behind a bridge. */
        public OptionalInt index() {
            if (bei <= 5) {
                return OptionalInt.of(bei);
            }
            if (bei == 8) {
                return OptionalInt.of(Resource.ROM);
            }
            return bei >= 9 && bei <= 14 ? OptionalInt.of(bei - 9 + Resource.FIRST_VF) : OptionalInt.empty();
        }
    }

    /** Empty on a conventional function, and where only the header is visible. */
    public static Optional<Express> express(ConfigSpace config) {
        OptionalInt at = config.capability(ConfigSpace.CAP_EXPRESS);
        if (at.isEmpty()) {
            return Optional.empty();
        }
        int flags = config.u16(at.getAsInt() + 2);
        boolean slot = (flags & SLOT_IMPLEMENTED) != 0;
        boolean hotplug = slot && (config.u32(at.getAsInt() + 0x14) & HOT_PLUG_CAPABLE) != 0;
        return Optional.of(new Express(PortType.ofCode((flags >> 4) & 0xf), slot, hotplug));
    }

    /** The SR-IOV capability (PCIe 6.0, 9.3.3). */
    public static Optional<Sriov> sriov(ConfigSpace config) {
        OptionalInt at = config.extendedCapability(ConfigSpace.EXT_CAP_SRIOV);
        if (at.isEmpty()) {
            return Optional.empty();
        }
        boolean enabled = (config.u16(at.getAsInt() + 0x08) & 1) != 0;
        return Optional.of(new Sriov(config.u16(at.getAsInt() + 0x0e), enabled ? config.u16(at.getAsInt() + 0x10) : 0));
    }

    /** Where the register of a VF BAR lies; {@code index} 7 to 12. */
    static OptionalInt vfBarOffset(ConfigSpace config, int index) {
        OptionalInt at = config.extendedCapability(ConfigSpace.EXT_CAP_SRIOV);
        return at.isEmpty() ? at : OptionalInt.of(at.getAsInt() + FIRST_VF_BAR + 4 * (index - Resource.FIRST_VF));
    }

    /** The Device Serial Number (PCIe 6.0, 7.9.3) as 16 hex digits; empty text without one. */
    public static String serial(ConfigSpace config) {
        OptionalInt at = config.extendedCapability(ConfigSpace.EXT_CAP_SERIAL);
        return at.isEmpty()
                ? ""
                : Hex.digits(config.u32(at.getAsInt() + 8), 8) + Hex.digits(config.u32(at.getAsInt() + 4), 8);
    }

    /** The size in bytes that the Resizable BAR capability is set to (PCIe 6.0, 7.8.6) for a BAR. */
    public static OptionalLong resizedTo(ConfigSpace config, int bar) {
        OptionalInt at = config.extendedCapability(ConfigSpace.EXT_CAP_REBAR);
        if (at.isEmpty()) {
            return OptionalLong.empty();
        }
        int entries = Math.min((int) (config.u32(at.getAsInt() + 8) >>> 5) & 7, 6);
        for (int i = 0; i < entries; i++) {
            long control = config.u32(at.getAsInt() + 8 + 8 * i);
            int exponent = (int) (control >>> 8) & 0x3f;
            if ((control & 7) == bar && exponent <= 43) {
                return OptionalLong.of(1L << (20 + exponent));
            }
        }
        return OptionalLong.empty();
    }

    /** The enabled entries of the Enhanced Allocation capability. */
    public static List<FixedRange> enhancedAllocation(ConfigSpace config) {
        OptionalInt capability = config.capability(ConfigSpace.CAP_ENHANCED_ALLOCATION);
        List<FixedRange> ranges = new ArrayList<>();
        if (capability.isEmpty()) {
            return ranges;
        }
        int entries = config.u8(capability.getAsInt() + 2) & 0x3f;
        int at = capability.getAsInt() + (config.isBridge() ? 8 : 4);
        for (int i = 0; i < entries && at < 0x100; i++) {
            int header = (int) config.u32(at);
            if ((header & EA_ENABLED) != 0) {
                fixedRange(config, at, (header >> 4) & 0xf).ifPresent(ranges::add);
            }
            at += 4 + 4 * (header & 7);
        }
        return ranges;
    }

    private static Optional<FixedRange> fixedRange(ConfigSpace config, int at, int bei) {
        long base = config.u32(at + 4);
        long offset = config.u32(at + 8);
        int next = at + 12;
        long start = base & ~3L;
        if ((base & 2) != 0) {
            start |= config.u32(next) << 32;
            next += 4;
        }
        long most = offset | 3;
        if ((offset & 2) != 0) {
            most |= config.u32(next) << 32;
        }
        long end = start + most;
        return AddressRange.below(end, start)
                ? Optional.empty()
                : Optional.of(new FixedRange(bei, new AddressRange(start, end)));
    }
}
