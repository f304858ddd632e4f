package io.barkeeper.kernel;

import io.barkeeper.pci.ResourceFlags;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assignment until 6.14: a resource that fails is wiped at once and never tried again while its function lives, and only
 * what fails without its optional part counts as a failure.
 */
final class WipingAssignment extends BusAssignment {

    WipingAssignment(LiveTree tree, OptionalAddition.Queue optional) {
        super(tree, optional);
    }

    @Override
    void assign(AssignmentQueue queue, @Nullable List<Failure> failures) {
        if (!optional.isEmpty()) {
            enlarge(queue);
            List<Failure> failed = new ArrayList<>();
            assignAll(queue, failed);
            if (failed.isEmpty()) {
                finish(queue);
                return;
            }
            keepUnaffected(queue, typesOf(failed));
            for (AssignmentQueue.Entry entry : queue.entries) {
                entry.resource.release();
                entry.before.restore();
            }
        }
        assignAll(queue, failures);
        addOptional(queue);
    }

    private void assignAll(AssignmentQueue queue, @Nullable List<Failure> failures) {
        for (AssignmentQueue.Entry entry : queue.entries) {
            LiveResource r = entry.resource;
            if (r.size() == 0 || placement.assign(r)) {
                continue;
            }
            if (failures != null && !isDisabledRom(r)) {
                failures.add(Failure.of(r));
            }
            r.wipe();
        }
    }

    /** {@code reassign_resources_sorted()}. */
    private void addOptional(AssignmentQueue queue) {
        OptionalAddition next = optional.newest();
        while (next != null) {
            OptionalAddition entry = next;
            next = optional.after(entry);
            LiveResource r = entry.resource;
            if (r.flags != 0) {
                if (!queue.holds(r)) {
                    continue;
                }
                add(entry, r);
            }
            optional.remove(r);
        }
    }

    private void add(OptionalAddition entry, LiveResource r) {
        if (r.size() == 0) {
            r.setRange(entry.alignment, entry.addSize);
            if (!placement.assign(r)) {
                r.wipe();
            }
            return;
        }
        r.flags |= entry.flags & (ResourceFlags.STARTALIGN | ResourceFlags.SIZEALIGN);
        if (r.assigned()) {
            placement.expand(r, entry.addSize, entry.alignment);
        }
    }
}
