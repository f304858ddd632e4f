package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.policy.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver_override keeps a device where it is only if it could not be put back. */
class DriverOverrideUsageTest {

    private static final PciAddress DISK = PciAddress.parse("0000:03:00.0");

    @TempDir
    Path root = Path.of("");

    private Path device = Path.of("");

    @BeforeEach
    void aDiskWithItsDriver() throws IOException {
        device = root.resolve("sys/bus/pci/devices/" + DISK);
        Files.createDirectories(device);
        Files.createDirectories(root.resolve("proc"));
        Files.createSymbolicLink(device.resolve("driver"), Path.of("../../drivers/nvme"));
    }

    private List<Holder> holders(String override) throws IOException {
        Files.writeString(device.resolve("driver_override"), override + "\n");
        try (DiskClaims claims = new DiskClaims(new HashSet<>())) {
            return new UsageReader(new SysfsPaths(root)).holders(DISK, claims);
        }
    }

    @Test
    void anOverrideThatNamesTheBoundDriverIsPutBackAndHoldsNothing() throws IOException {
        assertThat(holders("nvme")).isEmpty();
        assertThat(holders("(null)")).isEmpty();
    }

    @Test
    void anOverrideOfADeviceWithoutADriverHoldsNothing() throws IOException {
        Files.delete(device.resolve("driver"));

        assertThat(holders("none")).isEmpty();
    }

    @Test
    void whereItNamesAnotherDriverTheBoundOneWouldNotComeBack() throws IOException {
        assertThat(holders("vfio-pci"))
                .extracting(Holder::toString)
                .containsExactly("driver nvme (which would not bind again, for driver_override names vfio-pci;"
                        + " clear it first)");
    }

    @Test
    void theOverrideOfAVfWouldBeLost() throws IOException {
        Files.createSymbolicLink(device.resolve("physfn"), Path.of("../0000:03:00.1"));

        assertThat(holders("nvme"))
                .singleElement()
                .satisfies(h -> assertThat(h.detail()).contains("would be lost"));
    }
}
