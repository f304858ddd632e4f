package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Two generations for a release between them: the older one's answer, and a doubt wherever the newer one differs. */
final class PairedModel implements KernelModel {

    private final String release;
    private final KernelModel older;
    private final KernelModel newer;

    PairedModel(String release, KernelModel older, KernelModel newer) {
        this.release = release;
        this.older = older;
        this.newer = newer;
    }

    @Override
    public String name() {
        return older.name() + " and " + newer.name() + " for " + release;
    }

    @Override
    public Prediction apply(Topology before, Action action) {
        Prediction first = older.apply(before, action);
        Prediction second = newer.apply(before, action);
        List<Doubt> doubts = new ArrayList<>(first.doubts());
        second.doubts().stream().filter(d -> !doubts.contains(d)).forEach(doubts::add);
        for (Differences.Difference difference : Differences.between(first.after(), second.after())) {
            doubts.add(new Doubt(difference.address(), difference.index(), describe(difference)));
        }
        Set<PciAddress> homeless = new HashSet<>(first.homeless());
        homeless.addAll(second.homeless());
        return new Prediction(first.after(), doubts, first.trace(), homeless);
    }

    private String describe(Differences.Difference difference) {
        if (difference.index() < 0) {
            return older.name() + " and " + newer.name() + " find different functions";
        }
        return "kernel " + release + " lies between two that differ: " + difference.inFirst() + " by " + older.name()
                + ", " + difference.inSecond() + " by " + newer.name();
    }

    @Override
    public KernelModel quiet() {
        return new PairedModel(release, older.quiet(), newer.quiet());
    }

    @Override
    public KernelModel traced() {
        return new PairedModel(release, older.traced(), newer);
    }
}
