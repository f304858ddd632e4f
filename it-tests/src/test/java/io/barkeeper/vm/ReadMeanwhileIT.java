package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import org.junit.jupiter.api.Tag;

/**
 * The switch scene while a disk outside of the release set is read without a pause. No read fails; the longest pause is printed
 * beside those of two runs before, idle and beside a loop that keeps the guest's one processor busy.
 */
@Tag("thorough")
class ReadMeanwhileIT extends Scene {
    /** Reads past the page cache until told to stop; the longest gap in hundredths of a second, as /proc/uptime counts. */
    private static final String READER = """
            cat >/tmp/reader.sh <<'END'
            now() { read -r up _ </proc/uptime; now=${up%%.*}${up#*.}; }
            longest=0 reads=0 errors=0
            now; last=$now
            while [ ! -e /tmp/stop ]; do
              dd if=$1 of=/dev/null bs=64k count=16 iflag=direct 2>/tmp/dd.err || errors=$((errors + 1))
              now
              [ $((now - last)) -gt $longest ] && longest=$((now - last))
              last=$now reads=$((reads + 1))
            done
            echo "$reads $errors $longest" >/tmp/read
            END
            rm -f /tmp/stop /tmp/read
            setsid sh /tmp/reader.sh %s >/dev/null 2>&1 </dev/null &
            """;

    /**
     * @param reads of 1 MiB
     * @param errors reads that failed
     * @param longest between two ends, in hundredths of a second
     */
    private record Reads(int reads, int errors, int longest) {}

    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch().rootPort("rp2").nvme("d2", "rp2");
    }

    @Override
    protected void play(Guest guest) {
        guest.writePattern("d0");
        PciState before = guest.pci();
        guest.agent().daemon("automatic");
        guest.sh(READER.formatted(guest.disk("d2")) + "sleep 40");
        Reads undisturbed = stop(guest);
        guest.sh(READER.formatted(guest.disk("d2")) + "timeout 40 sh -c 'while :; do :; done' || true");
        Reads busy = stop(guest);

        guest.sh(READER.formatted(guest.disk("d2")));
        guest.plugTestDevice("new", "sw.3", "256M");
        guest.awaitAdded("0000:06:00.0");
        guest.await("the newcomer works", () -> Newcomer.troubles(guest, "0000:06:00.0", 256L << 20));
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        Reads disturbed = stop(guest);
        System.out.println("  undisturbed: " + undisturbed + ", with a busy processor: " + busy
                + ", during the transaction: " + disturbed);
        assertThat(disturbed.errors()).as("reads that failed").isZero();
        assertThat(disturbed.reads()).isPositive();
        assertThat(guest.sh("dmesg | grep -E 'I/O error|nvme.*timeout' || true"))
                .isEmpty();
        guest.await("the disk in the release set is back", () -> guest.patternTrouble("d0"));
    }

    private static Reads stop(Guest guest) {
        String[] read = guest.sh("touch /tmp/stop; until [ -s /tmp/read ]; do usleep 100000; done; cat /tmp/read")
                .trim()
                .split(" ");
        return new Reads(Integer.parseInt(read[0]), Integer.parseInt(read[1]), Integer.parseInt(read[2]));
    }
}
