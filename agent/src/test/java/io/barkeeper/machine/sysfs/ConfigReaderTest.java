package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.Capabilities;
import io.barkeeper.pci.ConfigSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decoded of a configuration space is the same whether all of it or only a part was read. */
class ConfigReaderTest {

    private static final int AER = 0x0001;
    private static final long SEED = 42;

    @TempDir
    Path folder;

    private final byte[] content = noise();
    private final ByteBuffer space = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);

    private static byte[] noise() {
        byte[] bytes = new byte[4096];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }

    private void capability(int at, int id, int next) {
        space.putInt(at, id | 1 << 16 | next << 20);
    }

    private byte[] read(byte[] bytes) throws IOException {
        Path file = folder.resolve("config");
        Files.write(file, bytes);
        return ConfigReader.read(file, ConfigReader.TOPOLOGY);
    }

    private static ConfigSpace config(byte[] bytes) {
        return ConfigSpace.of(bytes).orElseThrow();
    }

    @Test
    void whatIsDecodedIsReadAndTheRestIsNot() throws IOException {
        capability(0x100, AER, 0x148);
        capability(0x148, ConfigSpace.EXT_CAP_SERIAL, 0xf80);
        capability(0xf80, ConfigSpace.EXT_CAP_SRIOV, 0x200);
        capability(0x200, ConfigSpace.EXT_CAP_REBAR, 0);
        space.putInt(0x208, 2 << 5 | 3 | 9 << 8);
        ConfigSpace whole = config(content);
        byte[] bytes = read(content);
        ConfigSpace part = config(bytes);
        assertThat(Capabilities.serial(part))
                .isEqualTo(Capabilities.serial(whole))
                .isNotEmpty();
        assertThat(Capabilities.sriov(part))
                .isEqualTo(Capabilities.sriov(whole))
                .isPresent();
        for (int bar = 0; bar < 6; bar++) {
            assertThat(Capabilities.resizedTo(part, bar)).isEqualTo(Capabilities.resizedTo(whole, bar));
        }
        assertThat(Capabilities.resizedTo(part, 3)).hasValue(512L << 20);
        assertThat(Arrays.copyOf(bytes, 256)).isEqualTo(Arrays.copyOf(content, 256));
        assertThat(Arrays.copyOfRange(bytes, 0x104, 0x148)).containsOnly(0);
    }

    @Test
    void aCapabilityThatReachesBeyondTheEndIsCutOff() throws IOException {
        capability(0x100, ConfigSpace.EXT_CAP_SRIOV, 0xffc);
        capability(0xffc, ConfigSpace.EXT_CAP_SERIAL, 0);
        assertThat(Capabilities.serial(config(read(content)))).isEqualTo(Capabilities.serial(config(content)));
    }

    @Test
    void aCapabilityRightBehindAShortOneIsFound() throws IOException {
        capability(0x100, ConfigSpace.EXT_CAP_REBAR, 0x10c);
        capability(0x10c, AER, 0x118);
        capability(0x118, ConfigSpace.EXT_CAP_SERIAL, 0);
        assertThat(Capabilities.serial(config(read(content))))
                .isEqualTo(Capabilities.serial(config(content)))
                .isNotEmpty();
    }

    @Test
    void aListThatIsACircleEnds() throws IOException {
        capability(0x100, AER, 0x148);
        capability(0x148, AER, 0x100);
        assertThat(config(read(content)).extendedCapability(ConfigSpace.EXT_CAP_SERIAL))
                .isEmpty();
    }

    @Test
    void noListIsNoList() throws IOException {
        for (int header : new int[] {0, -1}) {
            space.putInt(0x100, header);
            assertThat(config(read(content)).extendedCapability(ConfigSpace.EXT_CAP_SERIAL))
                    .isEmpty();
        }
    }

    @Test
    void whatTheKernelDoesNotShowIsNotThere() throws IOException {
        for (int shown : new int[] {64, 256}) {
            byte[] bytes = Arrays.copyOf(content, shown);
            assertThat(read(bytes)).isEqualTo(bytes);
        }
    }

    @Test
    void othersMayWantOtherCapabilities() throws IOException {
        capability(0x100, ConfigSpace.EXT_CAP_SERIAL, 0x140);
        capability(0x140, ConfigSpace.EXT_CAP_DPC, 0);
        Path file = folder.resolve("config");
        Files.write(file, content);
        ConfigSpace part = config(ConfigReader.read(file, ConfigReader.CONTAINMENT));
        assertThat(part.u32(0x148)).isEqualTo(config(content).u32(0x148));
        assertThat(Capabilities.serial(part)).isEqualTo("0".repeat(16));
        assertThat(Map.copyOf(ConfigReader.TOPOLOGY)).doesNotContainKey(ConfigSpace.EXT_CAP_DPC);
    }
}
