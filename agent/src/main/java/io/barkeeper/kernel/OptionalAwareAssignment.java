package io.barkeeper.kernel;

import io.barkeeper.pci.ResourceFlags;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assignment from 6.15 on: optional resources are tried with the others, and whatever is without an address in the end,
 * optional or not, is a failure. From 6.18 on a window that failed keeps its flags and the size tried last.
 */
final class OptionalAwareAssignment extends BusAssignment {

    OptionalAwareAssignment(LiveTree tree, OptionalAddition.Queue optional) {
        super(tree, optional);
    }

    @Override
    void assign(AssignmentQueue queue, @Nullable List<Failure> failures) {
        boolean enlarged = !optional.isEmpty();
        if (enlarged) {
            enlarge(queue);
        }
        List<Failure> failed = new ArrayList<>();
        assignAll(queue, failed, true);
        if (failed.isEmpty()) {
            finish(queue);
        } else if (optional.isEmpty() && !anyRequired(failed)) {
            restoreFailed(queue, enlarged);
        } else {
            retry(queue, typesOf(failed), enlarged);
        }
        reset(queue, failures);
    }

    private void assignAll(AssignmentQueue queue, @Nullable List<Failure> failures, boolean withOptional) {
        for (AssignmentQueue.Entry entry : queue.entries) {
            LiveResource r = entry.resource;
            if (r.size() == 0 || (!withOptional && r.isOptional(generation))) {
                continue;
            }
            entry.wasPlaced = placement.assign(r);
            if (!entry.wasPlaced && failures != null) {
                failures.add(Failure.of(r));
            }
        }
    }

    private boolean anyRequired(List<Failure> failures) {
        return failures.stream().anyMatch(f -> !f.resource().isOptional(generation));
    }

    private static void restoreFailed(AssignmentQueue queue, boolean enlarged) {
        for (AssignmentQueue.Entry entry : queue.entries) {
            if (enlarged && !entry.resource.assigned()) {
                entry.before.restore();
            }
        }
    }

    /** The required alone, then the optional one by one. */
    private void retry(AssignmentQueue queue, long failedTypes, boolean enlarged) {
        keepUnaffected(queue, failedTypes);
        for (AssignmentQueue.Entry entry : queue.entries) {
            LiveResource r = entry.resource;
            boolean placed = r.assigned();
            r.release();
            if (placed || !generation.restoresOnlyReleased()) {
                entry.before.restore();
            }
        }
        assignAll(queue, null, false);
        if (enlarged && !optional.isEmpty()) {
            addOptional(queue);
        }
    }

    /** {@code reassign_resources_sorted()}. */
    private void addOptional(AssignmentQueue queue) {
        OptionalAddition next = optional.newest();
        while (next != null) {
            OptionalAddition entry = next;
            next = optional.after(entry);
            LiveResource r = entry.resource;
            boolean hopeless = !r.assigned() && r.size() != 0 && !r.isOptional(generation);
            if (generation.dropsOptionalOfDeeperBuses() && hopeless) {
                optional.remove(r);
                continue;
            }
            if (!queue.holds(r)) {
                continue;
            }
            if (!hopeless) {
                add(entry, r);
            }
            optional.remove(r);
        }
    }

    private void add(OptionalAddition entry, LiveResource r) {
        if (!r.assigned()) {
            r.setRange(entry.alignment, r.size() + entry.addSize);
            placement.assign(r);
            return;
        }
        boolean misaligned = generation.listsAlignmentOnly() && (r.start & (entry.alignment - 1)) != 0;
        if (entry.addSize != 0 || misaligned) {
            r.flags |= entry.flags & (ResourceFlags.STARTALIGN | ResourceFlags.SIZEALIGN);
            placement.expand(r, entry.addSize, entry.alignment);
        }
    }

    /** {@code reset_resource()} for all that has no address. */
    private void reset(AssignmentQueue queue, @Nullable List<Failure> failures) {
        for (AssignmentQueue.Entry entry : queue.entries) {
            LiveResource r = entry.resource;
            if (r.assigned()) {
                continue;
            }
            if (failures != null) {
                failures.add(Failure.of(r));
            }
            if (r.isWindow() && generation.keepsFailedWindows()) {
                r.flags |= ResourceFlags.UNSET;
            } else {
                r.wipe();
            }
        }
    }
}
