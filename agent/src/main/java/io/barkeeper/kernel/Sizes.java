package io.barkeeper.kernel;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as actions and configuration write them: bytes, or a number with K, M, G or T (powers of 1024). */
public final class Sizes {

    private static final Pattern FORM = Pattern.compile("(0x[0-9a-fA-F]{1,16}|[0-9]{1,19})([KMGT]?)");
    private static final String UNITS = "KMGT";

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

    /** For people: {@code 256 MiB}, {@code 1.5 GiB}, {@code 300 bytes}. */
    public static String human(long bytes) {
        if (bytes >= 0 && bytes < 1024) {
            return bytes + (bytes == 1 ? " byte" : " bytes");
        }
        double value = bytes < 0 ? bytes + 0x1p64 : bytes;
        int unit = -1;
        while (value >= 1024 && unit < 5) {
            value /= 1024;
            unit++;
        }
        String number = value == Math.rint(value) ? String.format("%.0f", value) : String.format("%.1f", value);
        return number + " " + "KMGTPE".charAt(unit) + "iB";
    }
}
