package io.barkeeper.pci;

import java.util.Optional;

/**
 * A range of addresses, both ends inclusive, in bytes. Addresses are unsigned 64-bit numbers; every comparison of two
 * addresses in this project goes through here.
 */
public record AddressRange(long start, long end) implements Comparable<AddressRange> {

    /** The whole 64-bit address space. Its {@link #size()} wraps to 0. */
    public static final AddressRange ALL = new AddressRange(0, -1L);

    /** All addresses below 4 GiB. */
    public static final AddressRange BELOW_4G = new AddressRange(0, 0xffff_ffffL);

    /** All addresses from 4 GiB up. */
    public static final AddressRange ABOVE_4G = new AddressRange(0x1_0000_0000L, -1L);

    public AddressRange {
        if (Long.compareUnsigned(start, end) > 0) {
            throw new IllegalArgumentException(String.format("a range from 0x%x cannot end at 0x%x", start, end));
        }
    }

    /**
     * The range of {@code size} bytes that begins at {@code start}.
     *
     * @throws IllegalArgumentException when size is 0 or the range would pass the top of the 64-bit space
     */
    public static AddressRange ofSize(long start, long size) {
        return new AddressRange(start, start + size - 1);
    }

    /** Like {@link #ofSize}, but empty when the range would be empty or wrap. */
    public static Optional<AddressRange> fitting(long start, long size) {
        long end = start + size - 1;
        return size == 0 || below(end, start) ? Optional.empty() : Optional.of(new AddressRange(start, end));
    }

    /** True when {@code a} is a smaller address than {@code b}. */
    public static boolean below(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    /** The smaller of two addresses. */
    public static long min(long a, long b) {
        return below(a, b) ? a : b;
    }

    /** The larger of two addresses. */
    public static long max(long a, long b) {
        return below(a, b) ? b : a;
    }

    /** {@code value} rounded up to a multiple of {@code alignment}, a power of two; wraps at the top. */
    public static long alignUp(long value, long alignment) {
        return (value + alignment - 1) & -alignment;
    }

    /** {@code value} rounded down to a multiple of {@code alignment}, a power of two. */
    public static long alignDown(long value, long alignment) {
        return value & -alignment;
    }

    /** Number of bytes; 0 stands for 2^64. */
    public long size() {
        return end - start + 1;
    }

    public boolean contains(long address) {
        return !below(address, start) && !below(end, address);
    }

    public boolean contains(AddressRange other) {
        return contains(other.start) && contains(other.end);
    }

    public boolean overlaps(AddressRange other) {
        return !below(end, other.start) && !below(other.end, start);
    }

    public Optional<AddressRange> intersection(AddressRange other) {
        return overlaps(other)
                ? Optional.of(new AddressRange(max(start, other.start), min(end, other.end)))
                : Optional.empty();
    }

    /** Ascending by start, then by end, as unsigned numbers. */
    @Override
    public int compareTo(AddressRange other) {
        int byStart = Long.compareUnsigned(start, other.start);
        return byStart != 0 ? byStart : Long.compareUnsigned(end, other.end);
    }

    @Override
    public String toString() {
        return String.format("0x%x-0x%x", start, end);
    }
}
