package io.barkeeper.pci;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A BAR, ROM or VF BAR register as it is programmed (PCI Local Bus 3.0, 6.2.5).
 *
 * <p>The low bits of a BAR are read-only and tell its kind even when its address is 0; only a 32-bit memory BAR that is
 * not prefetchable and has no address looks like a BAR that does not exist.
 *
 * @param kind by its low bits; {@link ResourceKind#MEM32} for a register that reads 0
 * @param address bytes; 0 when none was programmed
 * @param raw the register, with its upper half when it has one
 */
public record BarRegister(ResourceKind kind, long address, long raw) {

    private static final int FIRST_BAR = 0x10;
    private static final int ENDPOINT_BARS = 6;
    private static final int BRIDGE_BARS = 2;
    private static final int ENDPOINT_ROM = 0x30;
    private static final int BRIDGE_ROM = 0x38;
    private static final long ROM_ADDRESS = 0xffff_f800L;

    /** The smallest memory BAR, and the smallest I/O BAR, that the register layout allows. */
    private static final long LEAST_MEMORY = 16;

    private static final long LEAST_IO = 4;

    /**
     * The register of a row of the sysfs file {@code resource}.
     *
     * @param index 0 to 5 a BAR, 6 the ROM, 7 to 12 a VF BAR
     * @return empty when the header has no such register, or it lies beyond what is visible
     */
    public static Optional<BarRegister> read(ConfigSpace config, int index) {
        int bars = config.isBridge() ? BRIDGE_BARS : config.headerType() == 0 ? ENDPOINT_BARS : 0;
        if (index < bars) {
            return Optional.of(decode(config, FIRST_BAR + 4 * index, index + 1 < bars));
        }
        if (index == Resource.ROM && bars > 0) {
            long raw = config.u32(config.isBridge() ? BRIDGE_ROM : ENDPOINT_ROM);
            return Optional.of(new BarRegister(ResourceKind.ROM, raw & ROM_ADDRESS, raw));
        }
        if (index >= Resource.FIRST_VF && index <= Resource.LAST_VF) {
            return Capabilities.vfBarOffset(config, index).stream()
                    .mapToObj(at -> decode(config, at, index < Resource.LAST_VF))
                    .findFirst();
        }
        return Optional.empty();
    }

    private static BarRegister decode(ConfigSpace config, int offset, boolean mayHaveUpperHalf) {
        long low = config.u32(offset);
        if ((low & 1) != 0) {
            return new BarRegister(ResourceKind.IO, low & 0xffff_fffcL, low);
        }
        boolean prefetchable = (low & 8) != 0;
        if ((low & 6) == 4 && mayHaveUpperHalf) {
            long raw = low | (config.u32(offset + 4) << 32);
            ResourceKind kind = prefetchable ? ResourceKind.MEM64_PREF : ResourceKind.MEM64;
            return new BarRegister(kind, raw & ~0xfL, raw);
        }
        ResourceKind kind = prefetchable ? ResourceKind.MEM32_PREF : ResourceKind.MEM32;
        return new BarRegister(kind, low & 0xffff_fff0L, low);
    }

    /** True when any bit is set: the BAR exists. */
    public boolean showsThatItExists() {
        return raw != 0;
    }

    /**
     * What it decodes. A register does not tell its size without a write test: when the size is not known from
     * elsewhere, the range is the smallest that a BAR of this kind can have.
     */
    public Decoded decoded(OptionalLong size) {
        if (address == 0) {
            return Decoded.closed();
        }
        long bytes = size.orElse(kind.isIo() ? LEAST_IO : LEAST_MEMORY);
        return AddressRange.fitting(address, bytes).map(Decoded::at).orElseGet(Decoded::closed);
    }
}
