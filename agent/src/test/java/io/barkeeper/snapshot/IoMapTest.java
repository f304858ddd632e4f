package io.barkeeper.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.Reservation;
import java.util.List;
import org.junit.jupiter.api.Test;

class IoMapTest {

    private static final String MEMORY = """
            00000000-00000fff : Reserved
            40000000-afffffff : PCI Bus 0000:00
              40000000-4fffffff : PCI Bus 0000:01
                40000000-40ffffff : 0000:01:00.0
                  40000000-407fffff : BOOTFB
                  40800000-408fffff : somedriver
              50000000-500fffff : pnp 00:03
            b0000000-bfffffff : PCI ECAM 0000 [bus 00-ff]
              b0000000-bfffffff : PCI Bus 0000:00
            """;

    private static HostBridge host(IoMap map) {
        return new HostBridge(0, 0, 255, map.apertures("0000:00", false));
    }

    @Test
    void aperturesAreTheLinesOfTheRootBusAndNotOfOtherBuses() throws Exception {
        assertThat(host(IoMap.parse(MEMORY)).apertures())
                .extracting(HostBridge.Aperture::range)
                .containsExactly(
                        new AddressRange(0x40000000L, 0xafffffffL), new AddressRange(0xb0000000L, 0xbfffffffL));
    }

    @Test
    void reservedIsWhatOthersHoldInsideAnApertureAndFirmwareFrameBuffersAnywhere() throws Exception {
        IoMap map = IoMap.parse(MEMORY);

        assertThat(map.reservations(List.of(host(map)), false))
                .containsExactly(
                        new Reservation(false, new AddressRange(0x50000000L, 0x500fffffL), "pnp 00:03"),
                        new Reservation(false, new AddressRange(0x40000000L, 0x407fffffL), "BOOTFB"));
    }

    @Test
    void theTreeComesFromTheAddressesAndNotFromTheIndent() throws Exception {
        IoMap map = IoMap.parse(MEMORY.replaceAll("(?m)^ +", ""));

        assertThat(map.reservations(List.of(host(map)), false)).hasSize(2);
    }

    @Test
    void addressesThatTheKernelHidesAreRecognised() throws Exception {
        IoMap map = IoMap.parse("00000000-00000000 : PCI Bus 0000:00\n  00000000-00000000 : 0000:00:1f.2\n");

        assertThat(map.isHidden()).isTrue();
        assertThat(map.apertures("0000:00", false)).isEmpty();
        assertThat(map.reservations(List.of(), false)).isEmpty();
    }

    @Test
    void whatIsNoMapIsNamedWithItsLine() {
        assertThatThrownBy(() -> IoMap.parse("00000000-00000fff : Reserved\nnonsense\n"))
                .isInstanceOf(MalformedTextException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("nonsense");
        assertThatThrownBy(() -> IoMap.parse("2000-1000 : backwards\n")).isInstanceOf(MalformedTextException.class);
    }
}
