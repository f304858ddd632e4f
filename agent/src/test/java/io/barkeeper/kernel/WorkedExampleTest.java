package io.barkeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.Topology;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A switch with 64, 16 and 8 MiB behind it, all registers closed; the numbers were read from live kernels. */
class WorkedExampleTest {

    @ParameterizedTest
    @CsvSource({
        "6.1.176, 96, 9, 4, 4",
        "6.12.107, 96, 9, 4, 4",
        "6.16.3, 96, 9, 8, 4",
        "6.18.9, 96, 9, 8, 4",
        "7.2.13, 90, 8, 8, 4"
    })
    void windowsOfASwitchHaveTheSizesOfALiveKernel(String release, long pref, long mem, long io, long ioEmpty) {
        Topology after = Lab.switched(
                        release,
                        "mem32=4K,io=256,mem64pref=64M",
                        "mem32=4K,io=256,mem64pref=16M",
                        "mem32=4K,io=256,mem64pref=8M")
                .scanned();

        for (String port : new String[] {"00:02.0", "01:00.0"}) {
            assertThat(Lab.size(after, port, 15)).as(port + " pref").isEqualTo(pref * Lab.M);
            assertThat(Lab.size(after, port, 14)).as(port + " mem").isEqualTo(mem * Lab.M);
        }
        assertThat(Lab.start(after, "00:02.0", 15)).isEqualTo(0x1_0000_0000L);
        assertThat(Lab.start(after, "00:02.0", 14)).isEqualTo(0x4000_0000L);
        for (String port : new String[] {"02:00.0", "02:01.0", "02:02.0"}) {
            assertThat(Lab.size(after, port, 13)).as(port + " io").isEqualTo(io * Lab.K);
        }
        assertThat(Lab.size(after, "02:03.0", 13)).isEqualTo(ioEmpty * Lab.K);
        for (String device : new String[] {"03:00.0", "04:00.0", "05:00.0"}) {
            for (int bar = 0; bar < 3; bar++) {
                assertThat(Lab.range(after, device, bar))
                        .as(device + " BAR " + bar)
                        .isPresent();
            }
        }
    }
}
