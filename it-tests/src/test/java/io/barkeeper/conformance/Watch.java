package io.barkeeper.conformance;

import io.barkeeper.lab.GuestShell;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at a guest from outside the agent, with the product's reader: what a daemon that watched from the boot on would see. */
public final class Watch {
    private final GuestShell shell;
    private final List<String> log = new ArrayList<>();
    private @Nullable GuestView view;
    private @Nullable Topology now;

    public Watch(GuestShell shell) {
        this.shell = shell;
    }

    /** Waits until nothing changes any more, and looks. */
    public Topology look() throws IOException, MachineException {
        GuestView seen = GuestView.settled(shell);
        log.addAll(seen.messages());
        Topology read = Extraction.read(seen, log, Optional.ofNullable(now));
        view = seen;
        now = read;
        return read;
    }

    /** A random card for one of the slots that were empty at the last look; empty when none was. */
    public Optional<HotAdd> choose(RandomMachine machine) {
        if (view == null) {
            throw new IllegalStateException("nothing was looked at yet");
        }
        return new RandomActions(machine, view).hotAdd(view).map(HotAdd::new);
    }
}
