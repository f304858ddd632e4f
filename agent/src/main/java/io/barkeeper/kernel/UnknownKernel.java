package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;

/** A release that no generation covers: the nearest one answers, and every answer carries a doubt. */
final class UnknownKernel implements KernelModel {

    private final String release;
    private final KernelModel nearest;

    UnknownKernel(String release, KernelModel nearest) {
        this.release = release;
        this.nearest = nearest;
    }

    @Override
    public String name() {
        return (release.isEmpty() ? "the kernel's release" : release) + " is not known; nearest is " + nearest.name();
    }

    @Override
    public boolean isKnown() {
        return false;
    }

    @Override
    public Prediction apply(Topology before, Action action) {
        Prediction guess = nearest.apply(before, action);
        List<Doubt> doubts = new ArrayList<>(guess.doubts());
        PciAddress subject = before.functions().isEmpty()
                ? new PciAddress(0, 0, 0, 0)
                : before.functions().get(0).address();
        String why = release.isEmpty()
                ? "which kernel this is, and so what it does, is not known"
                : "how kernel " + release + " assigns PCI resources was never checked";
        doubts.add(new Doubt(subject, -1, why));
        return new Prediction(guess.after(), doubts, guess.trace(), guess.homeless());
    }

    @Override
    public KernelModel quiet() {
        return new UnknownKernel(release, nearest.quiet());
    }

    @Override
    public KernelModel traced() {
        return new UnknownKernel(release, nearest.traced());
    }
}
