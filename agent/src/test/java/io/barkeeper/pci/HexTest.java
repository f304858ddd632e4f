package io.barkeeper.pci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HexTest {

    @Test
    void parsesTheWholeRangeOfUnsignedNumbers() {
        assertThat(Hex.parse("0xffffffffffffffff", 2, 18)).hasValue(-1);
        assertThat(Hex.parse("000aF", 0, 5)).hasValue(0xaf);
    }

    @Test
    void takesNothingButDigits() {
        assertThat(Hex.parse("12 4", 0, 4)).isEmpty();
        assertThat(Hex.parse("-1", 0, 2)).isEmpty();
        assertThat(Hex.parse("\u0661", 0, 1)).isEmpty();
        assertThat(Hex.parse("", 0, 0)).isEmpty();
        assertThat(Hex.parse("00000000000000001", 0, 17)).isEmpty();
        assertThat(Hex.parse("1", 0, 2)).isEmpty();
        assertThat(Hex.parse("1", -1, 1)).isEmpty();
    }

    @Test
    void printsAsManyDigitsAsThereAreOrMore() {
        assertThat(Hex.digits(0x3, 2)).isEqualTo("03");
        assertThat(Hex.digits(0x12345, 4)).isEqualTo("12345");
        assertThat(Hex.digits(-1, 8)).isEqualTo("ffffffffffffffff");
    }
}
