package io.barkeeper.kernel;

import static io.barkeeper.pci.AddressRange.below;

import java.util.ArrayList;
import java.util.List;

/**
 * What one bus has to place, largest alignment first ({@code pdev_sort_resources()}); ties stay in the order of the bus
 * and of the rows. I/O, memory, windows, BARs and ROMs share one queue.
 */
final class AssignmentQueue {

    /** One waiting resource with the values that it had when it was queued. */
    static final class Entry {
        final LiveResource resource;
        final Failure before;
        boolean wasPlaced;

        Entry(LiveResource resource) {
            this.resource = resource;
            this.before = Failure.of(resource);
        }
    }

    final List<Entry> entries = new ArrayList<>();
    private final int number;
    private final LiveTree tree;

    private AssignmentQueue(LiveTree tree, int number) {
        this.tree = tree;
        this.number = number;
    }

    static AssignmentQueue ofBus(LiveTree tree, LiveBus bus) {
        AssignmentQueue queue = new AssignmentQueue(tree, tree.nextQueue());
        for (LiveFunction function : bus.functions) {
            queue.addAll(function);
        }
        queue.sort();
        return queue;
    }

    static AssignmentQueue ofFunction(LiveTree tree, LiveFunction function) {
        AssignmentQueue queue = new AssignmentQueue(tree, tree.nextQueue());
        queue.addAll(function);
        queue.sort();
        return queue;
    }

    private void addAll(LiveFunction function) {
        if (!function.isAssignable()) {
            return;
        }
        for (LiveResource r : function.rows) {
            if (r == null || !LiveFunction.mayBePlaced(r, tree.generation)) {
                continue;
            }
            if (r.alignment() == 0) {
                tree.trace.say(r, "has bogus alignment");
                continue;
            }
            r.queue = number;
            entries.add(new Entry(r));
        }
    }

    private void sort() {
        entries.sort((a, b) -> Long.compareUnsigned(b.resource.alignment(), a.resource.alignment()));
    }

    boolean holds(LiveResource resource) {
        return resource.queue == number;
    }

    /** Moves an entry before the first one with a smaller alignment. */
    void promote(int at, long alignment) {
        for (int i = 0; i < entries.size(); i++) {
            if (below(entries.get(i).resource.alignment(), alignment)) {
                if (i != at) {
                    Entry moved = entries.remove(at);
                    entries.add(i < at ? i : i - 1, moved);
                }
                return;
            }
        }
    }

    /** Takes finished entries out. */
    void drop(Entry entry) {
        entry.resource.queue = 0;
    }
}
