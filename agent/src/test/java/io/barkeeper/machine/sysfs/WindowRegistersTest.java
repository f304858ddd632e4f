package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.ResourceKind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WindowRegistersTest {

    private static byte[] bridge() {
        byte[] config = new byte[64];
        config[0x0e] = 1;
        return config;
    }

    /** The low bits of the base registers say what is supported; a bridge keeps them. */
    private static void write(byte[] config, ResourceKind kind, Optional<AddressRange> range) {
        for (WindowRegisters.Write write : WindowRegisters.writes(kind, range)) {
            System.arraycopy(write.bytes(), 0, config, write.offset(), write.width());
        }
        config[0x1c] |= 1;
        config[0x24] |= 1;
    }

    @ParameterizedTest
    @EnumSource(
            value = ResourceKind.class,
            names = {"WINDOW_IO", "WINDOW_MEM", "WINDOW_PREF"})
    void a_window_that_was_closed_reads_as_closed(ResourceKind kind) {
        byte[] config = bridge();
        write(config, kind, Optional.empty());

        assertThat(WindowRegisters.read(kind, config)).isEmpty();
    }

    @Test
    void a_window_that_was_opened_reads_as_it_was_written() {
        byte[] config = bridge();
        AddressRange io = new AddressRange(0x1c000, 0x1dfff);
        AddressRange memory = new AddressRange(0xfe000000L, 0xfe1fffffL);
        AddressRange pref = new AddressRange(0x8_4000_0000L, 0x8_9fff_ffffL);
        write(config, ResourceKind.WINDOW_IO, Optional.of(io));
        write(config, ResourceKind.WINDOW_MEM, Optional.of(memory));
        write(config, ResourceKind.WINDOW_PREF, Optional.of(pref));

        assertThat(WindowRegisters.read(ResourceKind.WINDOW_IO, config)).contains(io);
        assertThat(WindowRegisters.read(ResourceKind.WINDOW_MEM, config)).contains(memory);
        assertThat(WindowRegisters.read(ResourceKind.WINDOW_PREF, config)).contains(pref);
    }
}
