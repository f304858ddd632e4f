package io.barkeeper.transaction;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a transaction stands. The first command of a queue is the one that is under way. */
public sealed interface State {

    /** The name in journal and progress. */
    String phase();

    /** Commands that this state knows to be left, the one under way included. */
    int remaining();

    /** Nothing has been written; the machine is compared with the one that the plan was made for. */
    record Preparing(Work work) implements State {
        @Override
        public String phase() {
            return "preparing";
        }

        @Override
        public int remaining() {
            return Script.length(work.plan());
        }
    }

    /** Devices are quiesced and removed. */
    record Releasing(Work work) implements State {
        @Override
        public String phase() {
            return "releasing";
        }

        @Override
        public int remaining() {
            return work.queue().size() + Script.lengthAfterRelease(work.plan(), work.round());
        }
    }

    /** The kernel finds them again. */
    record Rescanning(Work work) implements State {
        @Override
        public String phase() {
            return "rescanning";
        }

        @Override
        public int remaining() {
            return work.queue().size() + Script.lengthAfterRescan(work.plan(), work.round());
        }
    }

    /** Binds are awaited, then the machine is compared with the prediction. */
    record Verifying(Work work) implements State {
        @Override
        public String phase() {
            return "verifying";
        }

        @Override
        public int remaining() {
            return work.queue().size() + Script.lengthAfterVerify(work.plan(), work.round());
        }
    }

    /** The way back. */
    record RollingBack(Back back) implements State {
        @Override
        public String phase() {
            return "rolling-back";
        }

        @Override
        public int remaining() {
            return back.queue().size() + 1;
        }
    }

    /** What the outcome is, is known; settings are put back. */
    record Settling(Prior prior, List<Command> queue, Verdict verdict, String message, List<String> notes)
            implements State {
        public Settling {
            queue = List.copyOf(queue);
            notes = List.copyOf(notes);
        }

        @Override
        public String phase() {
            return "settling";
        }

        @Override
        public int remaining() {
            return queue.size();
        }
    }

    /**
     * It is over.
     *
     * @param message for an operator: what, why, what to try
     * @param notes what went differently on the way
     */
    record Ended(Verdict verdict, String message, List<String> notes) implements State {
        public Ended {
            notes = List.copyOf(notes);
        }

        @Override
        public String phase() {
            return "ended";
        }

        @Override
        public int remaining() {
            return 0;
        }
    }

    /**
     * What is carried on the way forward.
     *
     * @param round from 0
     * @param expected the machine as it should be now
     * @param removed a remove was begun in this round
     * @param held settings to be put back, path below {@code /sys/bus/pci} to value
     * @param stop why it is to end early
     * @param notes what went differently without harm
     */
    record Work(
            Plan plan,
            Prior prior,
            int round,
            List<Command> queue,
            Topology expected,
            boolean removed,
            Map<String, String> held,
            Optional<String> stop,
            List<String> notes) {
        public Work {
            queue = List.copyOf(queue);
            held = Map.copyOf(held);
            notes = List.copyOf(notes);
        }

        Work withQueue(List<Command> commands) {
            return new Work(plan, prior, round, commands, expected, removed, held, stop, notes);
        }

        Work withExpected(Topology topology) {
            return new Work(plan, prior, round, queue, topology, removed, held, stop, notes);
        }

        /** What earlier rounds removed is there again. */
        Work inRound(int number) {
            return new Work(plan, prior, number, queue, expected, false, held, stop, notes);
        }

        Work withRemoved() {
            return new Work(plan, prior, round, queue, expected, true, held, stop, notes);
        }

        /** A value that is held already keeps the text that it had before the transaction. */
        Work withHeld(Map<String, String> values) {
            Map<String, String> all = new HashMap<>(values);
            all.putAll(held);
            return new Work(plan, prior, round, queue, expected, removed, all, stop, notes);
        }

        Work withPrior(Prior other) {
            return new Work(plan, other, round, queue, expected, removed, held, stop, notes);
        }

        Work stopping(String why) {
            return new Work(plan, prior, round, queue, expected, removed, held, Optional.of(why), notes);
        }

        Work noting(List<String> more) {
            return new Work(plan, prior, round, queue, expected, removed, held, stop, Lists.concat(notes, more));
        }
    }

    /**
     * What is carried on the way back.
     *
     * @param fallback what is done when something was removed
     * @param removed a remove was begun
     * @param stage how far it is
     * @param attempts repairs made so far
     * @param replans how often it was planned anew
     * @param why what went wrong
     * @param verdict what it ends in when everything works again
     * @param spared functions that could not be quiesced on the way back
     */
    record Back(
            Prior prior,
            List<Action> fallback,
            boolean removed,
            Stage stage,
            int attempts,
            int replans,
            List<Command> queue,
            Map<String, String> held,
            String why,
            Verdict verdict,
            Set<PciAddress> spared,
            List<String> notes) {

        /** Parts of the way back. */
        enum Stage {
            /** What is there is looked at. */
            LOOKING,
            /** The proven fallback, or what was planned anew, is carried out. */
            RETURNING,
            /** Drivers, services and decode bits that are still missing are put back. */
            REPAIRING
        }

        public Back {
            fallback = List.copyOf(fallback);
            queue = List.copyOf(queue);
            held = Map.copyOf(held);
            spared = Set.copyOf(spared);
            notes = List.copyOf(notes);
        }

        Back withQueue(List<Command> commands) {
            return at(stage, attempts, commands);
        }

        Back at(Stage next, int newAttempts, List<Command> commands) {
            return new Back(
                    prior, fallback, removed, next, newAttempts, replans, commands, held, why, verdict, spared, notes);
        }

        /** It was planned anew, or nothing is left to be planned. */
        Back planned(int number) {
            return new Back(
                    prior, fallback, removed, stage, attempts, number, queue, held, why, verdict, spared, notes);
        }

        /** A value that is held already keeps the text that it had before the transaction. */
        Back withHeld(Map<String, String> values) {
            Map<String, String> all = new HashMap<>(values);
            all.putAll(held);
            return new Back(
                    prior, fallback, removed, stage, attempts, replans, queue, all, why, verdict, spared, notes);
        }

        Back noting(String note) {
            List<String> more = Lists.concat(notes, List.of(note));
            return new Back(
                    prior, fallback, removed, stage, attempts, replans, queue, held, why, verdict, spared, more);
        }

        /** Nothing is owed any more to who was pulled out; the reason says so once. */
        Back withoutPulled(Set<PciAddress> pulled) {
            boolean known = prior.functions().stream().noneMatch(f -> pulled.contains(f.address()));
            String reason = known ? why : why + "; " + Pulled.sentence(pulled);
            return new Back(
                    prior.without(pulled),
                    fallback,
                    removed,
                    stage,
                    attempts,
                    replans,
                    queue,
                    held,
                    reason,
                    verdict,
                    spared,
                    notes);
        }

        Back sparing(PciAddress busy) {
            Set<PciAddress> more = new HashSet<>(spared);
            more.add(busy);
            return new Back(prior, fallback, removed, stage, attempts, replans, queue, held, why, verdict, more, notes);
        }
    }
}
