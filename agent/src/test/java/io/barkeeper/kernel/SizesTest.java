package io.barkeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1, 1 byte",
        "0x12c, 300 bytes",
        "0x400, 1 KiB",
        "0x200000, 2 MiB",
        "0x1ff000, 2044 KiB",
        "0x201000, 2052 KiB",
        "0x180000, 1.5 MiB",
        "0x140000, 1.25 MiB",
        "0x1fffff, 1.99 MiB",
        "0x10000000, 256 MiB",
        "0x60000000, 1.5 GiB",
        "0x200001, 2097153 bytes",
        "0x10001000, 262148 KiB",
        "0x21fc000, 33.98 MiB",
        "0x7e8000000, 31.62 GiB",
        "0x7fffffff000, 7.99 TiB",
        "0x8000000000000000, 8 EiB",
        "0xffffffffffffffff, 15.99 EiB"
    })
    void saysAWholeNumberOnlyOfASizeThatIsOne(String bytes, String text) {
        assertThat(Sizes.human(Sizes.parse(bytes).orElseThrow())).isEqualTo(text);
    }
}
