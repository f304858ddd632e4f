package io.barkeeper.torture;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.KernelImages;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.QemuMachine;
import java.util.ArrayList;
import java.util.List;

/**
 * Hot-add and remove, over and over, with the daemon in automatic mode. Firmware handles the switch (acpiphp), and the ports of a
 * second root bus are the kernel's own (pciehp). The first newcomer below the switch does not fit and costs a transaction; all
 * later ones find the room that it left.
 *
 * <p>No device is lost, the mode stays automatic, and what the daemon holds at the end is no more than after the first tenth:
 * file descriptors, threads, private memory, journal.
 */
public final class CyclesCampaign {
    /** Growth that is none: compiled code and heap that the collector has not given back yet. */
    private static final long NOISE_KIB = 16 << 10;
    /** Looks at the daemon for each kind of hot-plug. */
    private static final int LOOKS = 20;

    private static final String HELD = """
            p=/proc/$(cat /host/run/barkeeper-lab/daemon.pid)
            echo "$(ls $p/fd | wc -l) $(ls $p/task | wc -l) $(sed -n 's/^Pss: *\\([0-9]*\\) .*/\\1/p' $p/smaps_rollup)" \\
              "$(sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) .*/\\1/p' $p/status)" "$(ls /host/var/lib/barkeeper/journal | wc -l)" \\
              "$(du -sk /host/var/lib/barkeeper | cut -f 1)"
            """;

    /**
     * What the daemon holds.
     *
     * @param pss proportional set size, KiB
     * @param rss resident set size, KiB
     * @param journals transactions on record
     * @param state its whole state directory, KiB
     */
    private record Held(int descriptors, int threads, long pss, long rss, int journals, long state) {}

    private final SwitchStory story;
    private final Guest guest;
    private final PciState before;
    private final List<Held> looks = new ArrayList<>();

    private CyclesCampaign(SwitchStory story) {
        this.story = story;
        guest = story.guest();
        before = guest.pci();
    }

    /** The switch below firmware's hot-plug, and the port {@code q} (bus 41) on root bus 40 below pciehp. */
    public static MachineSpec machine() {
        return Machines.withSwitch()
                .hotPlug(MachineSpec.HotPlug.ACPI)
                .device("pxb-pcie,id=pxb,bus_nr=64,bus=pcie.0,addr=18")
                .device("pcie-root-port,id=q,bus=pxb,addr=0,chassis=40,slot=40");
    }

    static void run(String kernel, int acpi, int natively, Tally tally) {
        try (QemuMachine machine = QemuMachine.boot(machine(), KernelImages.get(kernel))) {
            Guest guest = new Guest(machine);
            try {
                play(guest, acpi, natively);
                tally.count(kernel, acpi + " cycles through acpiphp and " + natively + " through pciehp");
            } catch (AssertionError | LabException broken) {
                tally.breach(kernel + ": " + broken.getMessage());
                System.out.println(machine.report());
                System.out.println(guest.agent().daemonLog());
            }
        } catch (LabException notBooted) {
            tally.breach(kernel + ": " + notBooted.getMessage());
        }
    }

    /** So many cycles of each kind in a guest with {@link #machine}. An assertion fails when something was lost or leaked. */
    public static void play(Guest guest, int acpi, int natively) {
        SwitchStory story = SwitchStory.begin(guest);
        CyclesCampaign campaign = new CyclesCampaign(story);
        campaign.cycles("acpiphp", "sw.3", SwitchStory.NEWCOMER, acpi);
        campaign.cycles("pciehp", "q", "0000:41:00.0", natively);
        guest.await("all works", () -> {
            List<String> troubles = new ArrayList<>(guest.pci().lostSince(campaign.before));
            troubles.addAll(guest.patternTrouble("d0"));
            troubles.addAll(guest.patternTrouble("d1"));
            return troubles;
        });
        guest.await("automatic mode", () -> story.modeTroubles("automatic"));
        guest.await("a closed journal", story::openTransactions);
        campaign.judge();
    }

    private void cycles(String handler, String bus, String address, int count) {
        long begin = System.nanoTime();
        for (int cycle = 1; cycle <= count; cycle++) {
            guest.plugTestDevice("c", bus, "256M");
            awaitPresence(address, true);
            if (cycle == 1) {
                story.awaitQuiet();
            }
            guest.machine().qmp().unplug("c");
            awaitPresence(address, false);
            if (cycle % Math.max(1, count / LOOKS) == 0 || cycle == count) {
                Held held = look();
                looks.add(held);
                System.out.printf(
                        "%s cycle %d, %.2f s each: %s%n",
                        handler, cycle, (System.nanoTime() - begin) / 1e9 / cycle, held);
                List<String> lost = guest.pci().lostSince(before);
                if (!lost.isEmpty()) {
                    System.out.println("  away at the moment: " + lost);
                }
            }
        }
    }

    /** Until the kernel is done with the device. A device that works is in its bus's list in /proc; one being added is not yet. */
    private void awaitPresence(String address, boolean there) {
        String entry = "/proc/bus/pci/" + address.substring(5, 7) + "/" + address.substring(8);
        guest.sh("until [ " + (there ? "" : "! ") + "-e " + entry + " ]; do usleep 20000; done");
    }

    private Held look() {
        String[] word = guest.sh(HELD).trim().split(" ");
        return new Held(
                Integer.parseInt(word[0]),
                Integer.parseInt(word[1]),
                Long.parseLong(word[2]),
                Long.parseLong(word[3]),
                Integer.parseInt(word[4]),
                Long.parseLong(word[5]));
    }

    private void judge() {
        Held early = looks.get(Math.min(looks.size() - 1, LOOKS / 10));
        Held last = looks.get(looks.size() - 1);
        boolean leaks = last.descriptors() > early.descriptors() + 2
                || last.threads() > early.threads() + 2
                || last.pss() > early.pss() + NOISE_KIB
                || last.journals() > 1 + early.journals();
        if (leaks) {
            throw new AssertionError("the daemon holds more at the end: " + looks);
        }
    }
}
