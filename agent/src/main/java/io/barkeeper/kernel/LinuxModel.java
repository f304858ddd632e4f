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
        Trace trace = new Trace(traced);
        KernelOptions options = KernelOptions.of(before.kernel());
        LiveTree tree = TreeReader.read(before, generation, options, trace);
        boolean changed = new ActionRunner(tree).run(action);
        Topology after = changed ? TreeWriter.write(tree) : before;
        return new Prediction(after, tree.doubts(), trace.lines());
    }

    /** On one working tree: reading and writing cost more than most actions. */
    @Override
    public Prediction applyAll(Topology before, List<Action> actions) {
        Trace trace = new Trace(traced);
        LiveTree tree = TreeReader.read(before, generation, KernelOptions.of(before.kernel()), trace);
        boolean changed = false;
        for (Action action : actions) {
            changed |= new ActionRunner(tree).run(action);
        }
        return new Prediction(changed ? TreeWriter.write(tree) : before, tree.doubts(), trace.lines());
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
