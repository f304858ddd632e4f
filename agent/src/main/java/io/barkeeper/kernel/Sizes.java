package io.barkeeper.kernel;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as actions and configuration write them: bytes, or a number with K, M, G or T (powers of 1024). */
public final class Sizes {

    private static final Pattern FORM = Pattern.compile("(0x[0-9a-fA-F]{1,16}|[0-9]{1,19})([KMGT]?)");
    private static final String UNITS = "KMGT";
    private static final List<String> BINARY_UNITS = List.of("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

    /** A number below this can be read at a glance. */
    private static final long MOST_FOR_PEOPLE = 10_000;

    private Sizes() {}

    /** Bytes; empty when the text is no size or does not fit in 64 bits. */
    public static OptionalLong parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            return OptionalLong.empty();
        }
        try {
            String digits = m.group(1);
            long value = digits.startsWith("0x")
                    ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : Long.parseUnsignedLong(digits);
            int shift = m.group(2).isEmpty() ? 0 : 10 * (UNITS.indexOf(m.group(2)) + 1);
            return value << shift >>> shift == value ? OptionalLong.of(value << shift) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The shortest exact form: {@code 256M}, {@code 4K}, {@code 300}. */
    public static String format(long bytes) {
        int unit = 0;
        long value = bytes;
        while (value != 0 && (value & 1023) == 0 && unit < UNITS.length()) {
            value >>>= 10;
            unit++;
        }
        return Long.toUnsignedString(value) + (unit == 0 ? "" : UNITS.charAt(unit - 1));
    }

    /**
     * For people: {@code 256 MiB}, {@code 1.5 GiB}, {@code 2044 KiB}, {@code 300 bytes}. In the largest unit in which at
     * most two decimals are exact. Where that takes more than four digits, in the largest unit in which the size,
     * rounded down to two decimals, is no whole number ({@code 7.99 TiB}): a whole number is always exact.
     */
    public static String human(long bytes) {
        if (bytes == 0 || bytes == 1) {
            return bytes + (bytes == 1 ? " byte" : " bytes");
        }
        Optional<String> rounded = Optional.empty();
        for (int unit = BINARY_UNITS.size() - 1; unit > 0; unit--) {
            long whole = bytes >>> (10 * unit);
            if (whole == 0) {
                continue;
            }
            long rest = bytes & ((1L << (10 * unit)) - 1);
            BigInteger scaled = BigInteger.valueOf(rest).multiply(BigInteger.valueOf(100));
            int hundredths = scaled.shiftRight(10 * unit).intValue();
            String text = number(whole, hundredths) + " " + BINARY_UNITS.get(unit);
            if (scaled.getLowestSetBit() >= 10 * unit || rest == 0) {
                return whole < MOST_FOR_PEOPLE ? text : rounded.orElse(text);
            }
            if (rounded.isEmpty() && hundredths > 0) {
                rounded = Optional.of(text);
            }
        }
        String exact = Long.toUnsignedString(bytes) + " " + BINARY_UNITS.get(0);
        return bytes > 0 && bytes < MOST_FOR_PEOPLE ? exact : rounded.orElse(exact);
    }

    private static String number(long whole, int hundredths) {
        if (hundredths == 0) {
            return Long.toString(whole);
        }
        return whole + "."
                + (hundredths % 10 == 0 ? String.valueOf(hundredths / 10) : (hundredths < 10 ? "0" : "") + hundredths);
    }
}
