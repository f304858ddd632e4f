package io.barkeeper.transaction;

import io.barkeeper.journal.Journal;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How a process ends in the middle of a transaction. */
enum Death {
    /** Right before an effect, which stands in the journal already. */
    BEFORE,
    /** Right after an effect. */
    AFTER,
    /** Right after an effect, and so does the next process early on its way back. */
    TWICE;

    /** The way back of a plan is longer than this; the second end wanders over its first effects. */
    private static final int EARLY = 7;

    /**
     * A process that carries out a plan ends at an effect, counted from 1, and the next one takes over.
     *
     * @return what the one that lived reports
     * @throws IllegalStateException when the plan has fewer effects
     */
    List<TransactionReport> at(int effect, Plan plan, SimulatedMachine machine, Path journal)
            throws IOException, MachineException {
        Machine dying = this == BEFORE ? new CutShort(machine, effect) : new CutOff(machine, effect);
        try {
            new TransactionDriver().run(plan, dying, Journal.open(journal), ProgressListener.NONE);
        } catch (CutOff.Killed e) {
            return this == TWICE ? nextDies(1 + effect % EARLY, machine, journal) : recovery(machine, journal);
        }
        throw new IllegalStateException("it was not killed");
    }

    private static List<TransactionReport> nextDies(int effect, SimulatedMachine machine, Path journal)
            throws IOException, MachineException {
        try {
            return recovery(new CutOff(machine, effect), journal);
        } catch (CutOff.Killed e) {
            return recovery(machine, journal);
        }
    }

    private static List<TransactionReport> recovery(Machine machine, Path journal)
            throws IOException, MachineException {
        return Recovery.run(machine, Journal.open(journal), ProgressListener.NONE);
    }
}
