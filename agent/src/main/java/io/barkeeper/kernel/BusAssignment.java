package io.barkeeper.kernel;

import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Places everything that waits on one bus ({@code __assign_resources_sorted()}).
 *
 * <p>All is tried first with every optional addition included. If that fails, what shares a type with a failure is
 * released again, what is required is placed alone, and the additions follow one by one, the youngest first. What
 * releases before and after 6.15 do with optional resources and with failures differs, hence two implementations.
 */
abstract class BusAssignment {

    final LiveTree tree;
    final KernelGeneration generation;
    final OptionalAddition.Queue optional;
    final Placement placement;

    BusAssignment(LiveTree tree, OptionalAddition.Queue optional) {
        this.tree = tree;
        this.generation = tree.generation;
        this.optional = optional;
        this.placement = new Placement(tree);
    }

    static BusAssignment of(LiveTree tree, OptionalAddition.Queue optional) {
        return tree.generation.knowsOptional()
                ? new OptionalAwareAssignment(tree, optional)
                : new WipingAssignment(tree, optional);
    }

    /**
     * Places what is queued.
     *
     * @param failures where failures are noted for a second try; null when there will be none
     */
    abstract void assign(AssignmentQueue queue, @Nullable List<Failure> failures);

    /** Adds the optional parts; a window whose optional alignment is larger moves forward in the queue. */
    final void enlarge(AssignmentQueue queue) {
        for (AssignmentQueue.Entry entry : List.copyOf(queue.entries)) {
            LiveResource r = entry.resource;
            r.end += OptionalAddition.sizeFor(r);
            long alignment = OptionalAddition.alignmentFor(r);
            if (r.has(ResourceFlags.STARTALIGN) && Long.compareUnsigned(alignment, r.start) > 0) {
                r.setRange(alignment, r.size());
                queue.promote(queue.entries.indexOf(entry), alignment);
            }
        }
    }

    /** {@code pci_fail_res_type_mask()}. */
    static long typesOf(List<Failure> failures) {
        long mask = 0;
        for (Failure failure : failures) {
            mask |= failure.flags();
        }
        return mask & (ResourceFlags.IO | ResourceFlags.MEM | ResourceFlags.PREFETCH);
    }

    /** {@code pci_need_to_release()}: whether a placed resource may be in the way of a failed type. */
    static boolean mustRelease(long failedTypes, LiveResource r) {
        if (r.isIo()) {
            return (failedTypes & ResourceFlags.IO) != 0;
        }
        if (r.has(ResourceFlags.PREFETCH)) {
            LiveResource window = r.parent;
            boolean inPlainWindow = window != null && !window.has(ResourceFlags.PREFETCH);
            return (failedTypes & ResourceFlags.PREFETCH) != 0
                    || ((failedTypes & ResourceFlags.MEM) != 0 && inPlainWindow);
        }
        return r.has(ResourceFlags.MEM) && (failedTypes & ResourceFlags.MEM) != 0;
    }

    /** Finishes what is placed and need not be released; the rest stays queued. */
    final void keepUnaffected(AssignmentQueue queue, long failedTypes) {
        List<AssignmentQueue.Entry> affected = new ArrayList<>();
        for (AssignmentQueue.Entry entry : queue.entries) {
            LiveResource r = entry.resource;
            if (r.assigned() && !mustRelease(failedTypes, r)) {
                optional.remove(r);
                queue.drop(entry);
            } else {
                affected.add(entry);
            }
        }
        queue.entries.clear();
        queue.entries.addAll(affected);
    }

    final void finish(AssignmentQueue queue) {
        for (AssignmentQueue.Entry entry : queue.entries) {
            optional.remove(entry.resource);
        }
    }

    static boolean isDisabledRom(LiveResource r) {
        return r.index == Resource.ROM && !r.has(ResourceFlags.ROM_ENABLE);
    }
}
