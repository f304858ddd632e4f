package io.barkeeper.torture;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Transcript;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.Machines;
import java.util.List;

/**
 * {@code kill -9} of the daemon as each step of the switch scene begins and in the middle of it, and a new daemon after each:
 * it must finish or go back. At the end every device that worked before the transaction works, disks hold what they held, the
 * journal is closed, and drivers, overrides and power settings are as before.
 */
public final class KillCampaign implements AutoCloseable {
    private final String kernel;
    private final SwitchGuests guests;

    KillCampaign(String kernel, Tally tally) {
        this.kernel = kernel;
        this.guests = new SwitchGuests(kernel, Machines::withSwitch, tally);
    }

    /** Every {@code every}-th point, from the begin of a step on, counted from 1. */
    void run(int from, int every) {
        List<SwitchStory.Step> steps = guests.scene().undisturbed();
        System.out.println(kernel + ": " + steps.size() + " steps");
        int point = 0;
        for (SwitchStory.Step step : steps.subList(Math.min(from - 1, steps.size()), steps.size())) {
            for (long delay : new long[] {0, Math.max(4_000, step.micros() / 2)}) {
                if (point++ % every == 0) {
                    kill(step, delay);
                }
            }
        }
    }

    private void kill(SwitchStory.Step step, long delay) {
        String name = "%s: step %d (%s) %s"
                .formatted(kernel, step.number(), step.effect(), delay == 0 ? "begins" : "+" + delay + " us");
        guests.play(name, scene -> kill(scene, step.number(), delay));
    }

    /** One kill and what came of it; {@code delay} is in microseconds. */
    public static String kill(SwitchStory scene, int number, long delay) {
        Guest guest = scene.guest();
        SwitchStory.Start start = scene.arrive();
        Ambush ambush = Ambush.lay(guest, Ambush.Blow.KILL, number, delay);
        guest.agent().signalDaemon("CONT");
        boolean struck = ambush.struck();
        String how = "not reached";
        if (struck) {
            guest.await("the end of the daemon", guest.agent()::daemonRemains);
            how = scene.lastTransaction().map(KillCampaign::cutIn).orElse("before its journal");
            guest.agent().daemon("automatic");
        }
        scene.awaitQuiet();
        guest.await("all works that worked", () -> scene.troublesSince(start));
        String end = scene.lastTransaction()
                .flatMap(Transcript::end)
                .map(Entry.End::outcome)
                .orElse("none");
        String newcomer = scene.newcomerTroubles().isEmpty() ? "newcomer works" : "newcomer waits";
        scene.leave();
        return how + ", " + end + ", " + newcomer;
    }

    private static String cutIn(Transcript cut) {
        List<Entry> entries = cut.entries();
        if (cut.isFinished()) {
            return "after the end";
        }
        return entries.get(entries.size() - 1) instanceof Entry.Before ? "in a step" : "between steps";
    }

    @Override
    public void close() {
        guests.close();
    }
}
