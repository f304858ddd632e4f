package io.barkeeper.torture;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.KernelImages;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.QemuMachine;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A guest that serves many parts of a campaign: the newcomer leaves, and the next one is larger where the last was given room. A
 * new guest follows where the aperture is full, or where something broke.
 */
final class SwitchGuests implements AutoCloseable {
    private final String kernel;
    private final Supplier<MachineSpec> spec;
    private final Tally tally;
    private @Nullable QemuMachine machine;
    private @Nullable SwitchStory story;

    /** @param spec a machine with a switch and two disks, described anew for each guest */
    SwitchGuests(String kernel, Supplier<MachineSpec> spec, Tally tally) {
        this.kernel = kernel;
        this.spec = spec;
        this.tally = tally;
    }

    /** Plays one part, and counts and prints what came of it. */
    void play(String name, Function<SwitchStory, String> part) {
        long begin = System.nanoTime();
        try {
            String outcome = part.apply(scene());
            tally.count(kernel, outcome);
            System.out.printf("%s: %s (%.0f s)%n", name, outcome, (System.nanoTime() - begin) / 1e9);
        } catch (AssertionError | LabException broken) {
            tally.breach(name + ": " + broken.getMessage());
            System.out.println(report());
            close();
        }
    }

    /** The guest as it was left, or a new one. */
    SwitchStory scene() {
        if (story != null && !story.hasRoom()) {
            close();
        }
        if (story == null) {
            machine = QemuMachine.boot(spec.get(), KernelImages.get(kernel));
            story = SwitchStory.begin(new Guest(machine));
        }
        return story;
    }

    /** What the guest, its daemon and its journal say, for a breach. */
    private String report() {
        try {
            return machine == null || story == null
                    ? ""
                    : machine.report() + "--- the daemon's log\n"
                            + story.guest().agent().daemonLog() + "--- the journal\n" + story.journalText();
        } catch (LabException gone) {
            return "(the guest does not answer: " + gone.getMessage() + ")";
        }
    }

    /** The next scene begins in a new guest. */
    @Override
    public void close() {
        if (machine != null) {
            machine.close();
        }
        machine = null;
        story = null;
    }
}
