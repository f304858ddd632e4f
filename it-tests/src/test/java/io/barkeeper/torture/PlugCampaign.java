package io.barkeeper.torture;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Transcript;
import io.barkeeper.lab.Blocked;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.MachineSpec;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A second device is plugged into the switch around the remove of its root port, in the second before it and in the second after.
 * A remove that meets a slot's interrupt thread would deadlock the kernel's PCI core; no task may be left waiting in the kernel,
 * and all that worked works.
 */
public final class PlugCampaign implements AutoCloseable {
    private static final long AROUND = 1_000_000;
    private static final long MOMENT = 100_000;
    private static final String ROOT_PORT = "0000:00:01.0";
    private static final String LATE = "0000:07:00.0";

    private final String kernel;
    private final SwitchGuests guests;

    PlugCampaign(String kernel, Tally tally) {
        this.kernel = kernel;
        this.guests = new SwitchGuests(kernel, PlugCampaign::machine, tally);
    }

    /** A switch with room for the newcomer and for the one that comes late. */
    public static MachineSpec machine() {
        return new MachineSpec("five-ports")
                .rootPort("rp")
                .pcieSwitch("sw", "rp", 5)
                .nvme("d0", "sw.0")
                .nvme("d1", "sw.1")
                .testDevice("neighbour", "sw.2", "64M");
    }

    /**
     * When to plug in.
     *
     * @param step whose record is waited for
     * @param delay from then on, microseconds
     * @param offset from the beginning of the remove, microseconds
     */
    public record Moment(int step, long delay, long offset) {}

    /** The moments of the two seconds, evenly spread, as an undisturbed transaction had them. */
    public static List<Moment> moments(List<SwitchStory.Step> steps, int count) {
        SwitchStory.Step remove = steps.stream()
                .filter(step -> step.effect().equals("remove:" + ROOT_PORT))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the root port is not removed: " + steps));
        SwitchStory.Step anchor = steps.stream()
                .filter(step -> step.at() <= remove.at() - AROUND)
                .reduce((earlier, later) -> later)
                .orElse(steps.get(0));
        return LongStream.range(0, count)
                .map(i -> 2 * AROUND * i / count - AROUND)
                .mapToObj(
                        offset -> new Moment(anchor.number(), Math.max(0, remove.at() + offset - anchor.at()), offset))
                .toList();
    }

    /** Every {@code every}-th of the moments, 100 ms apart, from one of them on, counted from 1. */
    void run(int from, int every) {
        List<Moment> moments = moments(guests.scene().undisturbed(), (int) (2 * AROUND / MOMENT));
        for (int i = from - 1; i < moments.size(); i += every) {
            plug(moments.get(i));
        }
    }

    private void plug(Moment moment) {
        String name =
                "%s: plugged in %+d ms from the remove of the root port".formatted(kernel, moment.offset() / 1000);
        guests.play(name, scene -> plug(scene, moment));
    }

    /** One device that comes late, and what came of it; both newcomers have left again when this returns. */
    public static String plug(SwitchStory story, Moment moment) {
        Guest guest = story.guest();
        SwitchStory.Start start = story.arrive();
        Ambush ambush = Ambush.lay(guest, Ambush.Blow.TELL, moment.step(), moment.delay());
        guest.agent().signalDaemon("CONT");
        ambush.told();
        guest.plugTestDevice("late", "sw.4", "1M");
        story.awaitQuiet();
        guest.await("no task waits in the kernel", () -> Blocked.tasks(guest));
        guest.await("all that worked works", () -> story.troublesSince(start));
        String late = guest.pci().has(LATE) ? "the late one is there" : "the late one was not noticed";
        String end = story.lastTransaction()
                .flatMap(Transcript::end)
                .map(Entry.End::outcome)
                .orElse("open");
        try {
            guest.machine().qmp().unplug("late");
        } catch (LabException stays) {
            throw new AssertionError("the late device cannot be taken out; " + late, stays);
        }
        story.leave();
        return end + ", " + late;
    }

    @Override
    public void close() {
        guests.close();
    }
}
