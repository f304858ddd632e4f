package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcTablesTest {

    @Test
    void mounts_are_read_with_and_without_optional_fields() {
        String text = """
                22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
                40 22 0:35 /sub /srv/with\\040blank rw - btrfs /dev/nvme1n1 rw,subvol=/sub
                half a line
                """;

        assertThat(ProcTables.mounts(text))
                .containsExactly(
                        new ProcTables.Mount("259:2", "/", "/dev/nvme0n1p2"),
                        new ProcTables.Mount("0:35", "/srv/with blank", "/dev/nvme1n1"));
    }

    @Test
    void swaps_are_read_below_their_heading() {
        String text = """
                Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
                /dev/nvme0n1p3                          partition\t8388604\t\t0\t\t-2
                /swap\\040file                            file\t\t1024\t\t0\t\t-3
                """;

        assertThat(ProcTables.swaps(text)).containsExactly("/dev/nvme0n1p3", "/swap file");
    }

    @Test
    void a_backslash_that_is_no_escape_stays() {
        assertThat(ProcTables.unescape("a\\b\\04")).isEqualTo("a\\b\\04");
    }

    @Test
    void device_numbers_are_unpacked_as_the_c_library_packs_them() {
        assertThat(DeviceNode.Id.ofRdev(true, 0x10302)).isEqualTo(new DeviceNode.Id(true, 259, 0x02));
        assertThat(DeviceNode.Id.ofRdev(true, 0x100801L)).isEqualTo(new DeviceNode.Id(true, 8, 0x101));
    }
}
