package io.barkeeper.pci;

import java.util.Optional;

/**
 * The address of a function, written {@code DDDD:BB:DD.F} in hexadecimal as {@code lspci -D} does. A domain has four
 * or more digits (VMD domains start at 0x10000).
 *
 * @param domain the PCI segment, 0 to 0x7fffffff
 * @param bus 0 to 255
 * @param device 0 to 31
 * @param function 0 to 7
 */
public record PciAddress(int domain, int bus, int device, int function) implements Comparable<PciAddress> {

    /** 2^32 divided by the golden ratio, which scatters consecutive numbers. */
    private static final int HASH_FACTOR = 0x9e3779b9;

    /** Characters of {@code BB:DD.F}. */
    private static final int SHORT_FORM = 7;

    private static final int DOMAIN_DIGITS = 4;
    private static final int MOST_DOMAIN_DIGITS = 8;

    public PciAddress {
        if (domain < 0 || bus < 0 || bus > 255 || device < 0 || device > 31 || function < 0 || function > 7) {
            throw new IllegalArgumentException(String.format(
                    "no PCI address: domain %x bus %x device %x function %x", domain, bus, device, function));
        }
    }

    /** Parses {@code DDDD:BB:DD.F}, or {@code BB:DD.F} for domain 0; empty when the text is neither. */
    public static Optional<PciAddress> tryParse(String text) {
        int at = text.length() - SHORT_FORM;
        if (at < 0 || text.charAt(at + 2) != ':' || text.charAt(at + 5) != '.') {
            return Optional.empty();
        }
        long domain = at == 0 ? 0 : domain(text, at - 1);
        long bus = hex(text, at, at + 2);
        long device = hex(text, at + 3, at + 5);
        long function = hex(text, at + 6, at + SHORT_FORM);
        boolean valid = domain >= 0
                && domain <= Integer.MAX_VALUE
                && bus >= 0
                && device >= 0
                && device <= 31
                && function >= 0
                && function <= 7;
        return valid
                ? Optional.of(new PciAddress((int) domain, (int) bus, (int) device, (int) function))
                : Optional.empty();
    }

    /** The number before the colon there; negative when there is none. */
    private static long domain(String text, int colon) {
        boolean formed = colon >= DOMAIN_DIGITS && colon <= MOST_DOMAIN_DIGITS && text.charAt(colon) == ':';
        return formed ? hex(text, 0, colon) : -1;
    }

    /** Negative when one of the characters, at most eight, is no hexadecimal digit. */
    private static long hex(String text, int from, int to) {
        return Hex.parse(text, from, to).orElse(-1);
    }

    /**
     * Parses like {@link #tryParse}.
     *
     * @throws IllegalArgumentException when the text is no PCI address
     */
    public static PciAddress parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + text + "' is no PCI address; one is written like 0000:03:00.0"));
    }

    /** Device and function as one number, as in a configuration cycle: 0 to 255. */
    public int devfn() {
        return device << 3 | function;
    }

    /** True when both are functions of one device. */
    public boolean sameDevice(PciAddress other) {
        return domain == other.domain && bus == other.bus && device == other.device;
    }

    @Override
    public int compareTo(PciAddress other) {
        return Long.compare(place(), other.place());
    }

    /** One number that orders addresses; not negative. */
    private long place() {
        return (long) domain << 16 | bus << 8 | devfn();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PciAddress that && that.place() == place();
    }

    /** Spreads neighbouring addresses: maps of whole machines are keyed by them. */
    @Override
    public int hashCode() {
        return (domain * 0x10001 + (bus << 8 | devfn())) * HASH_FACTOR;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(DOMAIN_DIGITS + 8);
        String segment = Integer.toHexString(domain);
        for (int i = segment.length(); i < DOMAIN_DIGITS; i++) {
            text.append('0');
        }
        text.append(segment).append(':');
        twoDigits(bus, text).append(':');
        return twoDigits(device, text).append('.').append(function).toString();
    }

    private static StringBuilder twoDigits(int number, StringBuilder into) {
        return into.append(Character.forDigit(number >>> 4, 16)).append(Character.forDigit(number & 0xf, 16));
    }
}
