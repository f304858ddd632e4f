package io.barkeeper.torture;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Transcript;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.KernelImages;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.QemuMachine;

/**
 * The guest loses its power at each step of the switch scene: it is reset at once, nothing is written back. The daemon's state
 * is on a disk that survives. After the boot every device works, the newcomer too, the journal is readable and closed with a
 * note, and the daemon is ready to act.
 *
 * <p>A reset just when a record appears may lose it; one 100 ms later finds the record on the disk and the step begun.
 */
final class PowerCampaign {
    private static final long LATER = 100_000;
    private static final String STATE_DISK = "/dev/vda";

    private final String kernel;
    private final Tally tally;
    private int steps = Integer.MAX_VALUE;

    PowerCampaign(String kernel, Tally tally) {
        this.kernel = kernel;
        this.tally = tally;
    }

    /** Every {@code every}-th point, from the first one on, until a transaction ends before its step is reached. */
    void run(int every) {
        for (int point = 0; 1 + point / 2 <= steps; point += every) {
            cut(1 + point / 2, point % 2 == 0 ? 0 : LATER);
        }
    }

    private void cut(int step, long delay) {
        String name = kernel + ": power cut as step " + step + " begins" + (delay == 0 ? "" : " +" + delay + " us");
        long begin = System.nanoTime();
        try (QemuMachine machine =
                QemuMachine.boot(Machines.withSwitch().virtioDisk("state", "1d").reboots(), KernelImages.get(kernel))) {
            try {
                String outcome = cut(machine, step, delay);
                tally.count(kernel, outcome);
                System.out.printf("%s: %s (%.0f s)%n", name, outcome, (System.nanoTime() - begin) / 1e9);
            } catch (AssertionError | LabException broken) {
                tally.breach(name + ": " + broken.getMessage());
                System.out.println(machine.report());
            }
        } catch (LabException notBooted) {
            tally.breach(name + ": " + notBooted.getMessage());
        }
    }

    private String cut(QemuMachine machine, int step, long delay) {
        Guest guest = new Guest(machine);
        guest.agent().keepStateOn(STATE_DISK);
        SwitchStory scene = SwitchStory.begin(guest);
        SwitchStory.Start working = scene.start();
        scene.arrive();
        Ambush ambush = Ambush.lay(guest, Ambush.Blow.POWER_CUT, step, delay);
        guest.agent().signalDaemon("CONT");
        if (!ambush.told()) {
            steps = step - 1;
            return "not reached";
        }
        Guest again = new Guest(machine);
        again.agent().keepStateOn(STATE_DISK);
        SwitchStory after = scene.rebooted(again);
        String found = after.openTransactions().isEmpty() ? "no record survived" : "cut";
        again.agent().daemon("automatic");
        again.await("a closed journal", after::openTransactions);
        again.await("all devices and disks", () -> after.lostSince(working));
        again.await("the newcomer works", after::newcomerTroubles);
        again.await("automatic mode", () -> after.modeTroubles("automatic"));
        String end = after.lastTransaction()
                .flatMap(Transcript::end)
                .map(Entry.End::outcome)
                .orElse("none");
        return found + ", closed as " + end;
    }
}
