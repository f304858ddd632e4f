package io.barkeeper.kernel;

import io.barkeeper.pci.Topology;
import java.util.List;

/** The model of one generation: reads the topology into a working tree, carries the action out, and writes it back. */
final class LinuxModel implements KernelModel {

    private final KernelGeneration generation;
    private final boolean traced;

    LinuxModel(KernelGeneration generation) {
        this(generation, false);
    }

    private LinuxModel(KernelGeneration generation, boolean traced) {
        this.generation = generation;
        this.traced = traced;
    }

    @Override
    public String name() {
        return generation.since() + " (" + generation + ")";
    }

    @Override
    public Prediction apply(Topology before, Action action) {
        return applyAll(before, List.of(action));
    }

    /** On one working tree: reading and writing cost more than most actions. */
    @Override
    public Prediction applyAll(Topology before, List<Action> actions) {
        Histories.Run usual = run(before, actions, new Trace(traced));
        return usual.assumed().isEmpty()
                ? usual.prediction()
                : new Histories(before, usual, actions, b -> run(b, actions, new Trace(false))).prediction();
    }

    private Histories.Run run(Topology before, List<Action> actions, Trace trace) {
        LiveTree tree = TreeReader.read(before, generation, KernelOptions.of(before.kernel()), trace);
        boolean changed = false;
        for (Action action : actions) {
            changed |= new ActionRunner(tree).run(action);
        }
        Topology after = changed ? TreeWriter.write(tree) : before;
        return new Histories.Run(new Prediction(after, tree.doubts(), trace.lines(), tree.homeless()), tree.assumed());
    }

    @Override
    public KernelModel traced() {
        return traced ? this : new LinuxModel(generation, true);
    }

    @Override
    public KernelModel quiet() {
        return traced ? new LinuxModel(generation) : this;
    }
}
