package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** In which resources two predictions for one machine differ. */
final class Differences {

    private Differences() {}

    /**
     * A resource that is not the same in both.
     *
     * @param index its row, or -1 when only one of them has the function
     */
    record Difference(PciAddress address, int index, Optional<Resource> first, Optional<Resource> second) {

        String inFirst() {
            return place(first);
        }

        String inSecond() {
            return place(second);
        }

        private static String place(Optional<Resource> resource) {
            return resource.flatMap(Resource::range).map(Object::toString).orElseGet(() -> unplaced(resource));
        }

        private static String unplaced(Optional<Resource> resource) {
            long kept = resource.map(Resource::retained)
                    .filter(r -> r.isPresent())
                    .map(r -> r.getAsLong())
                    .orElse(0L);
            return kept == 0 ? "unassigned" : "unassigned with 0x" + Long.toHexString(kept) + " kept";
        }
    }

    /** Ascending by function and row: what is placed elsewhere, decoded elsewhere, or kept with another size. */
    static List<Difference> between(Topology first, Topology second) {
        List<Difference> found = new ArrayList<>();
        for (PciFunction function : first.functions()) {
            Optional<PciFunction> other = second.find(function.address());
            if (other.isEmpty()) {
                found.add(new Difference(function.address(), -1, Optional.empty(), Optional.empty()));
            } else if (!Optional.of(function).equals(other)) {
                compare(function, other.get(), found);
            }
        }
        second.functions().stream()
                .filter(f -> first.find(f.address()).isEmpty())
                .forEach(f -> found.add(new Difference(f.address(), -1, Optional.empty(), Optional.empty())));
        found.sort((a, b) -> a.address().equals(b.address())
                ? Integer.compare(a.index(), b.index())
                : a.address().compareTo(b.address()));
        return found;
    }

    private static void compare(PciFunction first, PciFunction second, List<Difference> found) {
        for (int i = 0; i <= Resource.WINDOW_PREF; i++) {
            Optional<Resource> a = first.resource(i);
            Optional<Resource> b = second.resource(i);
            boolean same = a.flatMap(Resource::range).equals(b.flatMap(Resource::range))
                    && a.map(Resource::hardware).equals(b.map(Resource::hardware))
                    && a.map(Resource::retained).equals(b.map(Resource::retained));
            if (!same) {
                found.add(new Difference(first.address(), i, a, b));
            }
        }
    }
}
