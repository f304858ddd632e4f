package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.RangeSet;
import io.barkeeper.pci.Reservation;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.ResourceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts what others reserved (firmware tables, IOAPIC, ECAM, a frame buffer) into the tree of resources: into the
 * deepest window that holds it, where it is a hole for every placement. What lies inside a BAR is the driver's own and
 * blocks nobody. A reservation around resources that are already there becomes their parent, as
 * {@code insert_resource()} does it.
 */
final class Obstacles {

    private Obstacles() {}

    static void insert(LiveTree tree, List<Reservation> reservations) {
        List<LiveResource> roots = new ArrayList<>();
        for (LiveBus root : tree.roots) {
            for (LiveResource window : root.windows) {
                if (!roots.contains(window)) {
                    roots.add(window);
                }
            }
        }
        for (Reservation reservation : reservations) {
            for (LiveResource root : roots) {
                if (root.isIo() == reservation.io()) {
                    Optional<AddressRange> inside =
                            new AddressRange(root.start, root.end).intersection(reservation.range());
                    inside.ifPresent(range -> descend(root, range, reservation));
                }
            }
        }
    }

    private static void descend(LiveResource window, AddressRange range, Reservation reservation) {
        List<LiveResource> swallowed = new ArrayList<>();
        List<AddressRange> taken = new ArrayList<>();
        boolean partly = false;
        for (int i = 0; i < window.childCount(); i++) {
            LiveResource child = window.child(i);
            AddressRange there = new AddressRange(child.start, child.end);
            if (there.contains(range)) {
                if (child.isWindow()) {
                    descend(child, range, reservation);
                }
                return;
            }
            if (range.contains(there)) {
                swallowed.add(child);
                taken.add(there);
            } else if (range.overlaps(there)) {
                taken.add(there);
                partly = true;
            }
        }
        if (partly) {
            for (AddressRange rest : RangeSet.of(taken).gapsIn(range)) {
                window.insert(obstacle(rest, reservation));
            }
            return;
        }
        swallowed.forEach(LiveResource::release);
        LiveResource obstacle = obstacle(range, reservation);
        window.insert(obstacle);
        swallowed.forEach(obstacle::insert);
    }

    private static LiveResource obstacle(AddressRange range, Reservation reservation) {
        LiveResource obstacle = new LiveResource(null, -1, ResourceKind.WINDOW_MEM, reservation.owner());
        obstacle.flags = reservation.io() ? ResourceFlags.IO : ResourceFlags.MEM;
        obstacle.start = range.start();
        obstacle.end = range.end();
        return obstacle;
    }
}
