package io.barkeeper.transaction;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.Set;

/** What happened since the last step of the state machine. */
public sealed interface Event {

    /** The transaction begins, or goes on after a restart. */
    record Begin() implements Event {}

    /** The effect that was asked for is over. */
    record Performed(Outcome outcome) implements Event {}

    /**
     * The machine was read.
     *
     * @param pulled functions of before that somebody has pulled out of their slot
     * @param corrupt where the resource tree of the kernel has ceased to be what sysfs shows, one sentence each
     */
    record Observed(Topology now, Set<PciAddress> pulled, List<String> corrupt) implements Event {
        public Observed {
            pulled = Set.copyOf(pulled);
            corrupt = List.copyOf(corrupt);
        }

        /** Nobody has pulled anything out, and the kernel's tree is sound. */
        public Observed(Topology now) {
            this(now, Set.of(), List.of());
        }
    }

    /** The machine could not be read. */
    record Unobservable(String why) implements Event {}

    /**
     * Other steps were looked for.
     *
     * @param steps what to do, proven on the model; empty when nothing helps
     * @param awake bridges above them that are to be held awake first
     */
    record Replanned(List<Action> steps, List<PciAddress> awake) implements Event {

        /** Nothing that could be done helps. */
        static final Replanned NOTHING = new Replanned(List.of(), List.of());

        public Replanned {
            steps = List.copyOf(steps);
            awake = List.copyOf(awake);
        }
    }

    /** Somebody wants it to end early: what was begun is undone or, after the rescan, checked and kept. */
    record Stop(String why) implements Event {}
}
