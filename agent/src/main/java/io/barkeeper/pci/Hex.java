package io.barkeeper.pci;

import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * Hexadecimal numbers as the kernel prints them. By hand, since every look at a machine reads and writes thousands of them:
 * patterns and formatters would be the most part of its time.
 */
public final class Hex {

    private static final int MOST_DIGITS = 16;

    private Hex() {}

    /**
     * The unsigned number that a part of a text is.
     *
     * @param from the first character
     * @param to the one after the last
     * @return empty when that is not 1 to 16 hexadecimal digits
     */
    public static OptionalLong parse(String text, int from, int to) {
        if (from < 0 || to > text.length() || to <= from || to - from > MOST_DIGITS) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (!HexFormat.isHexDigit(digit)) {
                return OptionalLong.empty();
            }
            value = value << 4 | HexFormat.fromHexDigit(digit);
        }
        return OptionalLong.of(value);
    }

    /** In lower case with at least so many digits, as {@code %04x} prints it. */
    public static String digits(long value, int atLeast) {
        String digits = Long.toHexString(value);
        return digits.length() < atLeast ? "0".repeat(atLeast - digits.length()) + digits : digits;
    }
}
