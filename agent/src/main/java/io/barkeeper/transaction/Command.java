package io.barkeeper.transaction;

import io.barkeeper.machine.Effect;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import java.util.Set;
import java.util.TreeSet;

/** What the state machine wants next: something done, a look at the whole machine, or another plan. */
public sealed interface Command {

    /** Carry this out, journalled before; answered by {@link Event.Performed}. */
    record Do(Effect effect) implements Command {
        @Override
        public String toString() {
            return effect.toString();
        }
    }

    /**
     * Read the machine; answered by {@link Event.Observed} or {@link Event.Unobservable}.
     *
     * @param why what is checked, for the progress
     */
    record Look(String why) implements Command {
        @Override
        public String toString() {
            return why;
        }
    }

    /**
     * Find other steps that make these work again; answered by {@link Event.Replanned}.
     *
     * @param now the machine as it was seen last
     * @param broken functions that are there and do not work as before
     * @param spared functions that could not be quiesced on the way back
     */
    record Replan(Topology now, Set<PciAddress> broken, Set<PciAddress> spared) implements Command {
        public Replan {
            broken = Set.copyOf(broken);
            spared = Set.copyOf(spared);
        }

        @Override
        public String toString() {
            return "plan anew for " + new TreeSet<>(broken);
        }
    }
}
