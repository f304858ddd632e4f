package io.barkeeper.pci;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The configuration space of one function, as far as it could be read: little-endian registers, and the two lists of
 * capabilities (PCI Local Bus 3.0, 6.7; PCIe 6.0, 7.6).
 *
 * <p>How much is visible depends on who asks: sysfs shows 64 bytes to a process without CAP_SYS_ADMIN. A register
 * beyond what is visible reads as 0 here; ask {@link #visibility()} before believing that something is not there.
 */
public final class ConfigSpace {

    /** How much could be read. */
    public enum Visibility {
        /** 64 bytes: the header without any capability. */
        HEADER(64),
        /** 256 bytes: a conventional function, or one whose extended capabilities cannot be reached. */
        CONVENTIONAL(256),
        /** 4096 bytes: everything. */
        EXTENDED(4096);

        private final int length;

        Visibility(int length) {
            this.length = length;
        }

        /** Bytes. */
        public int length() {
            return length;
        }
    }

    public static final int CAP_EXPRESS = 0x10;
    public static final int CAP_ENHANCED_ALLOCATION = 0x14;
    public static final int EXT_CAP_SERIAL = 0x0003;
    public static final int EXT_CAP_SRIOV = 0x0010;
    public static final int EXT_CAP_REBAR = 0x0015;
    public static final int EXT_CAP_DPC = 0x001d;

    private static final int STATUS_CAPABILITIES = 0x10;
    /** A malformed list must not hang us: there is no room for more capabilities than this. */
    private static final int MOST_CAPABILITIES = 48;

    private static final int MOST_EXTENDED_CAPABILITIES = (4096 - 256) / 8;

    private final byte[] bytes;
    private final Visibility visibility;

    private ConfigSpace(byte[] bytes, Visibility visibility) {
        this.bytes = bytes;
        this.visibility = visibility;
    }

    /** Empty when there are not exactly 64, 256 or 4096 bytes, the only lengths that sysfs shows: a truncated file. */
    public static Optional<ConfigSpace> of(byte[] bytes) {
        for (Visibility visibility : Visibility.values()) {
            if (visibility.length() == bytes.length) {
                return Optional.of(new ConfigSpace(bytes.clone(), visibility));
            }
        }
        return Optional.empty();
    }

    public Visibility visibility() {
        return visibility;
    }

    /** False when all bits of the first register are set: nobody answers (gone, or without power). */
    public boolean answers() {
        return u32(0) != 0xffff_ffffL;
    }

    /** The unsigned byte at an offset; 0 beyond what is visible. */
    public int u8(int offset) {
        return offset < 0 || offset >= bytes.length ? 0 : bytes[offset] & 0xff;
    }

    /** The unsigned 16-bit register at an offset; 0 beyond what is visible. */
    public int u16(int offset) {
        return u8(offset) | (u8(offset + 1) << 8);
    }

    /** The unsigned 32-bit register at an offset; 0 beyond what is visible. */
    public long u32(int offset) {
        return u16(offset) | ((long) u16(offset + 2) << 16);
    }

    public int command() {
        return u16(0x04);
    }

    /** Header type without the multi-function bit: 0 an endpoint, 1 a bridge, 2 CardBus. */
    public int headerType() {
        return u8(0x0e) & 0x7f;
    }

    public boolean isBridge() {
        return headerType() == 1;
    }

    /** The offset of a capability of the list in the first 256 bytes. */
    public OptionalInt capability(int id) {
        if ((u16(0x06) & STATUS_CAPABILITIES) == 0) {
            return OptionalInt.empty();
        }
        int at = u8(0x34) & ~3;
        for (int seen = 0; at >= 0x40 && seen < MOST_CAPABILITIES; seen++) {
            if (u8(at) == id) {
                return OptionalInt.of(at);
            }
            at = u8(at + 1) & ~3;
        }
        return OptionalInt.empty();
    }

    /** The offset of an extended capability; empty when there is none or the extended space is not visible. */
    public OptionalInt extendedCapability(int id) {
        int at = 0x100;
        for (int seen = 0; at >= 0x100 && seen < MOST_EXTENDED_CAPABILITIES; seen++) {
            long header = u32(at);
            if (header == 0 || header == 0xffff_ffffL) {
                return OptionalInt.empty();
            }
            if ((header & 0xffff) == id) {
                return OptionalInt.of(at);
            }
            at = (int) (header >>> 20) & ~3;
        }
        return OptionalInt.empty();
    }
}
