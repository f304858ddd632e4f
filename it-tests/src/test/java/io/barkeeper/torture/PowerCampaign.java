package io.barkeeper.torture;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Transcript;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.KernelImages;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.QemuMachine;
import org.jspecify.annotations.Nullable;

/**
 * The guest loses its power at each step of the switch scene: it is reset at once, nothing is written back. The daemon's state
 * is on a disk that survives. After the boot every device works, the newcomer too, the journal is readable and closed with a
 * note, and the daemon is ready to act.
 *
 * <p>A reset just when a record appears may lose it; one 100 ms later finds the record on the disk and the step begun.
 *
 * <p>A guest serves many cuts: the newcomer, to which the firmware gave room, leaves, and the next one is larger.
 */
final class PowerCampaign implements AutoCloseable {
    private static final long LATER = 100_000;
    private static final String STATE_DISK = "/dev/vda";

    private final String kernel;
    private final Tally tally;
    private int steps = Integer.MAX_VALUE;
    private @Nullable QemuMachine machine;
    private @Nullable SwitchStory story;

    PowerCampaign(String kernel, Tally tally) {
        this.kernel = kernel;
        this.tally = tally;
    }

    /** Every {@code every}-th point, from the begin of a step on, counted from 1, until a transaction ends before it is reached. */
    void run(int from, int every) {
        for (int point = 2 * (from - 1); 1 + point / 2 <= steps; point += every) {
            cut(1 + point / 2, point % 2 == 0 ? 0 : LATER);
        }
    }

    private void cut(int step, long delay) {
        String name = kernel + ": power cut as step " + step + " begins" + (delay == 0 ? "" : " +" + delay + " us");
        long begin = System.nanoTime();
        try {
            SwitchStory scene = scene();
            story = null;
            String outcome = cut(scene, step, delay);
            tally.count(kernel, outcome);
            System.out.printf("%s: %s (%.0f s)%n", name, outcome, (System.nanoTime() - begin) / 1e9);
        } catch (AssertionError | LabException broken) {
            tally.breach(name + ": " + broken.getMessage());
            if (machine != null) {
                System.out.println(machine.report());
            }
            close();
        }
    }

    private String cut(SwitchStory scene, int step, long delay) {
        SwitchStory.Start working = scene.start();
        scene.arrive();
        Ambush ambush = Ambush.lay(scene.guest(), Ambush.Blow.POWER_CUT, step, delay);
        scene.guest().agent().signalDaemon("CONT");
        if (!ambush.told()) {
            steps = step - 1;
            return "not reached";
        }
        Guest again = new Guest(scene.guest().machine());
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
        after.leave();
        story = after;
        return found + ", closed as " + end;
    }

    /** The guest as the last cut left it, a new one where there is none or its aperture is full. */
    private SwitchStory scene() {
        if (story != null && story.hasRoom()) {
            return story;
        }
        close();
        QemuMachine fresh =
                QemuMachine.boot(Machines.withSwitch().virtioDisk("state", "1d").reboots(), KernelImages.get(kernel));
        machine = fresh;
        Guest guest = new Guest(fresh);
        guest.agent().keepStateOn(STATE_DISK);
        return SwitchStory.begin(guest);
    }

    @Override
    public void close() {
        if (machine != null) {
            machine.close();
        }
        machine = null;
        story = null;
    }
}
