package io.barkeeper.pci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What differs between two topologies of one machine, by address. A function whose vendor or device numbers changed
 * counts as gone and new.
 *
 * @param gone functions that only the first has, ascending
 * @param arrived functions that only the second has, ascending
 * @param resources resources of functions that both have, ascending
 * @param drivers functions that both have, with another driver
 * @param buses bridges that both have, with other bus numbers
 */
public record TopologyDiff(
        List<PciAddress> gone,
        List<PciAddress> arrived,
        List<ResourceChange> resources,
        List<DriverChange> drivers,
        List<BusChange> buses) {

    /** What became of a resource. */
    public enum Kind {
        /** It has an address, and had none or did not exist. */
        GAINED,
        /** It is elsewhere, or of another size. */
        MOVED,
        /** It had an address and has none, or no longer exists. */
        LOST,
        /** Its address is the same, and the registers hold something else than before. */
        HARDWARE
    }

    /**
     * A resource that changed.
     *
     * @param from where it was; empty when it had no address
     * @param to where it is; empty when it has none
     */
    public record ResourceChange(ResourceId id, Kind kind, Optional<AddressRange> from, Optional<AddressRange> to) {

        @Override
        public String toString() {
            return id.address() + " row " + id.index() + " " + kind + " "
                    + from.map(AddressRange::toString).orElse("-") + " -> "
                    + to.map(AddressRange::toString).orElse("-");
        }
    }

    /** Another driver; empty stands for none. */
    public record DriverChange(PciAddress address, Optional<String> from, Optional<String> to) {}

    /** Other bus numbers: secondary and subordinate, before and after. */
    public record BusChange(
            PciAddress bridge, int fromSecondary, int fromSubordinate, int toSecondary, int toSubordinate) {}

    public TopologyDiff {
        gone = List.copyOf(gone);
        arrived = List.copyOf(arrived);
        resources = List.copyOf(resources);
        drivers = List.copyOf(drivers);
        buses = List.copyOf(buses);
    }

    /** Compares two topologies. */
    public static TopologyDiff between(Topology before, Topology after) {
        return new Comparison(before, after).done();
    }

    public boolean isEmpty() {
        return gone.isEmpty() && arrived.isEmpty() && resources.isEmpty() && drivers.isEmpty() && buses.isEmpty();
    }

    /** The resources that changed in one way. */
    public List<ResourceChange> of(Kind kind) {
        return resources.stream().filter(r -> r.kind() == kind).toList();
    }

    private static final class Comparison {

        private final Topology before;
        private final Topology after;
        private final List<PciAddress> gone = new ArrayList<>();
        private final List<PciAddress> arrived = new ArrayList<>();
        private final List<ResourceChange> resources = new ArrayList<>();
        private final List<DriverChange> drivers = new ArrayList<>();
        private final List<BusChange> buses = new ArrayList<>();

        Comparison(Topology before, Topology after) {
            this.before = before;
            this.after = after;
        }

        TopologyDiff done() {
            TreeSet<PciAddress> addresses = new TreeSet<>();
            before.functions().forEach(f -> addresses.add(f.address()));
            after.functions().forEach(f -> addresses.add(f.address()));
            for (PciAddress address : addresses) {
                compare(address, before.find(address), after.find(address));
            }
            return new TopologyDiff(gone, arrived, resources, drivers, buses);
        }

        private void compare(PciAddress address, Optional<PciFunction> was, Optional<PciFunction> is) {
            if (was.isPresent() && is.isPresent() && sameDevice(was.get(), is.get())) {
                compareFunctions(was.get(), is.get());
                return;
            }
            was.ifPresent(f -> gone.add(address));
            is.ifPresent(f -> arrived.add(address));
        }

        private static boolean sameDevice(PciFunction one, PciFunction other) {
            return one.ids().vendor() == other.ids().vendor()
                    && one.ids().device() == other.ids().device();
        }

        private void compareFunctions(PciFunction was, PciFunction is) {
            TreeSet<Integer> rows = new TreeSet<>();
            was.resources().forEach(r -> rows.add(r.index()));
            is.resources().forEach(r -> rows.add(r.index()));
            for (int row : rows) {
                compareResources(new ResourceId(is.address(), row), was.resource(row), is.resource(row));
            }
            if (!was.driver().equals(is.driver())) {
                drivers.add(new DriverChange(is.address(), was.driver(), is.driver()));
            }
            if (was.bridge().isPresent() && is.bridge().isPresent()) {
                compareBuses(is.address(), was.bridge().get(), is.bridge().get());
            }
        }

        private void compareResources(ResourceId id, Optional<Resource> was, Optional<Resource> is) {
            Optional<AddressRange> from = was.flatMap(Resource::range);
            Optional<AddressRange> to = is.flatMap(Resource::range);
            if (!from.equals(to)) {
                Kind kind = from.isEmpty() ? Kind.GAINED : to.isEmpty() ? Kind.LOST : Kind.MOVED;
                resources.add(new ResourceChange(id, kind, from, to));
            } else if (was.isPresent() && is.isPresent() && hardwareDiffers(was.get(), is.get())) {
                resources.add(new ResourceChange(id, Kind.HARDWARE, from, to));
            }
        }

        /** Registers that were not read on one side say nothing. */
        private static boolean hardwareDiffers(Resource was, Resource is) {
            boolean read = !(was.hardware() instanceof Decoded.Unread) && !(is.hardware() instanceof Decoded.Unread);
            return read && !was.hardware().equals(is.hardware());
        }

        private void compareBuses(PciAddress address, Bridge was, Bridge is) {
            if (was.secondary() != is.secondary() || was.subordinate() != is.subordinate()) {
                buses.add(new BusChange(address, was.secondary(), was.subordinate(), is.secondary(), is.subordinate()));
            }
        }
    }
}
