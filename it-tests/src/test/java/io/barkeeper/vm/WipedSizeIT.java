package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import org.junit.jupiter.api.Tag;

/**
 * The switch scene in which nobody knows how large the newcomer's BAR is: the kernel has wiped the row, its log has been
 * overwritten since, and the daemon starts only now. In observe mode nothing is asked and the size stays unknown; in confirm
 * mode the BAR is asked, the question stands in the journal, and the plan can be made and applied.
 */
@Tag("thorough")
class WipedSizeIT extends Scene {
    /** More than a ring buffer of 256 KiB holds, in records of less than 1,000 bytes, kept off the console. */
    private static final String FILL_THE_LOG = """
            echo N >/sys/module/printk/parameters/ignore_loglevel
            line=$(head -c 900 /dev/zero | tr '\\0' x)
            i=0; while [ $i -lt 900 ]; do echo "<7>$line" >/dev/kmsg; i=$((i + 1)); done
            """;

    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch().kernelWords("printk.devkmsg=on", "log_buf_len=256K");
    }

    @Override
    protected void play(Guest guest) {
        guest.writePattern("d0");
        guest.plugTestDevice("new", "sw.3", "256M");
        guest.awaitAdded("0000:06:00.0");
        PciState before = guest.pci();
        guest.sh(FILL_THE_LOG);
        assertThat(guest.sh("dmesg | grep -c 0000:06:00.0 || true").trim())
                .as("messages about the newcomer")
                .isEqualTo("0");

        GuestShell.Result unknown = guest.agent().cli("plan");
        assertThat(unknown.exit()).as(unknown.stdout() + unknown.stderr()).isEqualTo(4);
        assertThat(unknown.stdout() + unknown.stderr()).contains("0000:06:00.0", "unknown");

        guest.agent().daemon("confirm");
        guest.await("a plan", () -> Answers.exit(guest.agent().cli("plan"), 0));
        assertThat(guest.agent().cli("history", "1").stdout()).contains("probe-bar-size 0000:06:00.0 2");
        assertThat(guest.pci().differencesTo(before))
                .as("registers after the question")
                .isEmpty();

        GuestShell.Result applied = guest.agent().cli("apply", "--yes");
        assertThat(applied.exit()).as(applied.stdout() + applied.stderr()).isZero();
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        guest.await("the newcomer works", () -> Newcomer.troubles(guest, "0000:06:00.0", 256L << 20));
        guest.await("the disk is back", () -> guest.patternTrouble("d0"));
        assertThat(guest.agent().cli("check").exit()).isZero();
    }
}
