package io.barkeeper.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConfigSpaceTest {

    private static final Bridge.Windows ALL = new Bridge.Windows(true, false, true, true);

    private final byte[] bytes = new byte[4096];

    private ConfigSpace config() {
        return ConfigSpace.of(bytes).orElseThrow();
    }

    private void put32(int offset, long value) {
        for (int i = 0; i < 4; i++) {
            bytes[offset + i] = (byte) (value >>> (8 * i));
        }
    }

    private Decoded window(int index) {
        return WindowRegisters.decode(config(), index, ALL);
    }

    @Test
    void onlyTheLengthsThatAKernelShowsAreTaken() {
        assertThat(ConfigSpace.of(new byte[100])).isEmpty();
        assertThat(ConfigSpace.of(new byte[0])).isEmpty();
        assertThat(ConfigSpace.of(new byte[64]).orElseThrow().visibility()).isEqualTo(ConfigSpace.Visibility.HEADER);
    }

    @Test
    void a64BitBarHasItsUpperHalfAndKeepsItsKindWithoutAnAddress() {
        put32(0x10, 0x8000_000cL);
        put32(0x14, 0x12);
        put32(0x18, 0xc);
        put32(0x20, 0xc001);

        assertThat(BarRegister.read(config(), 0).orElseThrow().decoded(OptionalLong.of(0x1000)))
                .isEqualTo(Decoded.at(AddressRange.ofSize(0x12_8000_0000L, 0x1000)));
        BarRegister unplaced = BarRegister.read(config(), 2).orElseThrow();
        assertThat(unplaced.kind()).isEqualTo(ResourceKind.MEM64_PREF);
        assertThat(unplaced.showsThatItExists()).isTrue();
        assertThat(unplaced.decoded(OptionalLong.of(0x1000))).isEqualTo(Decoded.closed());
        assertThat(BarRegister.read(config(), 4).orElseThrow().kind()).isEqualTo(ResourceKind.IO);
        assertThat(BarRegister.read(config(), 5).orElseThrow().showsThatItExists())
                .isFalse();
    }

    @Test
    void aBaseAboveItsLimitClosesAWindow() {
        put32(0x1c, 0x00f0);
        put32(0x20, 0x0000_fff0L);
        put32(0x24, 0x0001_fff1L);

        assertThat(window(Resource.WINDOW_IO)).isEqualTo(Decoded.closed());
        assertThat(window(Resource.WINDOW_MEM)).isEqualTo(Decoded.closed());
        assertThat(window(Resource.WINDOW_PREF)).isEqualTo(Decoded.closed());
    }

    @Test
    void registersOfAllZerosAreOpenWindowsOfTheSmallestSize() {
        assertThat(window(Resource.WINDOW_IO)).isEqualTo(Decoded.at(new AddressRange(0, 0xfff)));
        assertThat(window(Resource.WINDOW_MEM)).isEqualTo(Decoded.at(new AddressRange(0, 0xf_ffff)));
        assertThat(WindowRegisters.isAmbiguous(config(), Resource.WINDOW_IO)).isTrue();
        assertThat(WindowRegisters.support(config(), false, false))
                .isEqualTo(new Bridge.Windows(false, false, false, false));
        assertThat(WindowRegisters.support(config(), true, true).io()).isTrue();
    }

    @Test
    void wideWindowsHaveUpperHalves() {
        put32(0x1c, 0x1101);
        put32(0x30, 0x0002_0002L);
        put32(0x24, 0xfff1_0001L);
        put32(0x28, 0x8);
        put32(0x2c, 0x9);

        assertThat(window(Resource.WINDOW_IO)).isEqualTo(Decoded.at(new AddressRange(0x20000, 0x21fff)));
        assertThat(window(Resource.WINDOW_PREF))
                .isEqualTo(Decoded.at(new AddressRange(0x8_0000_0000L, 0x9_ffff_ffffL)));
        put32(0x2c, 0x7);
        assertThat(window(Resource.WINDOW_PREF))
                .as("upper halves out of order are ignored, as the kernel does")
                .isEqualTo(Decoded.at(new AddressRange(0, 0xffff_ffffL)));
    }

    @Test
    void capabilitiesAreFoundAndACircleEnds() {
        bytes[0x06] = 0x10;
        bytes[0x34] = 0x40;
        put32(0x40, 0x0000_4811L);
        put32(0x48, 0x0162_4010L);
        put32(0x5c, 0x40);
        put32(0x100, 0x1401_0003L);
        put32(0x104, 0x99aa_bbccL);
        put32(0x108, 0x1122_3344L);
        put32(0x140, 0x1001_0015L);
        put32(0x148, (8L << 8) | (1 << 5) | 2);

        Capabilities.Express express = Capabilities.express(config()).orElseThrow();
        assertThat(express.type()).isEqualTo(PortType.DOWNSTREAM_PORT);
        assertThat(express.hotplug()).isTrue();
        assertThat(Capabilities.serial(config())).isEqualTo("1122334499aabbcc");
        assertThat(Capabilities.resizedTo(config(), 2)).hasValue(256L << 20);
        assertThat(Capabilities.resizedTo(config(), 0)).isEmpty();
        assertThat(config().capability(0x05)).isEmpty();
        assertThat(Capabilities.sriov(config())).isEmpty();
    }

    @Test
    void enhancedAllocationIsReadWithBothHalves() {
        bytes[0x06] = 0x10;
        bytes[0x34] = 0x40;
        put32(0x40, 0x0001_0014L);
        put32(0x44, 0x8000_0000L | 4 | (2 << 4));
        put32(0x48, 0x4000_0002L);
        put32(0x4c, 0x000f_fffeL);
        put32(0x50, 0x1);
        put32(0x54, 0x0);

        assertThat(Capabilities.enhancedAllocation(config())).singleElement().satisfies(range -> {
            assertThat(range.index()).hasValue(2);
            assertThat(range.range()).isEqualTo(AddressRange.ofSize(0x1_4000_0000L, 0x10_0000));
        });
    }
}
