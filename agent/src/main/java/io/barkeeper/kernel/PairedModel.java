package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

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
        addDifferences(first.after(), second.after(), doubts);
        return new Prediction(first.after(), doubts, first.trace());
    }

    private void addDifferences(Topology first, Topology second, List<Doubt> doubts) {
        TreeSet<PciAddress> addresses = new TreeSet<>();
        first.functions().forEach(f -> addresses.add(f.address()));
        second.functions().forEach(f -> addresses.add(f.address()));
        for (PciAddress address : addresses) {
            Optional<PciFunction> a = first.find(address);
            Optional<PciFunction> b = second.find(address);
            if (a.isEmpty() || b.isEmpty()) {
                doubts.add(new Doubt(address, -1, older.name() + " and " + newer.name() + " find different functions"));
                continue;
            }
            for (int i = 0; i <= Resource.WINDOW_PREF; i++) {
                compare(address, i, a.get().resource(i), b.get().resource(i), doubts);
            }
        }
    }

    private void compare(
            PciAddress address, int index, Optional<Resource> a, Optional<Resource> b, List<Doubt> doubts) {
        boolean same = a.flatMap(Resource::range).equals(b.flatMap(Resource::range))
                && a.map(Resource::hardware).equals(b.map(Resource::hardware))
                && a.map(Resource::retained).equals(b.map(Resource::retained));
        if (!same) {
            doubts.add(new Doubt(
                    address,
                    index,
                    "kernel " + release + " lies between two that differ: " + place(a) + " by " + older.name() + ", "
                            + place(b) + " by " + newer.name()));
        }
    }

    private static String place(Optional<Resource> resource) {
        return resource.flatMap(Resource::range).map(Object::toString).orElse("unassigned");
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
