package io.barkeeper.kernel;

import org.jspecify.annotations.Nullable;

/**
 * One entry of the list of optional additions (the kernel's {@code realloc_head}): bytes that a resource would like to
 * have beyond what it needs, or the whole of an optional resource. The list is walked from the entry added last.
 */
final class OptionalAddition {

    final LiveResource resource;
    long addSize;
    final long alignment;
    /** The resource's flags when it was put on the list. */
    final long flags;

    private @Nullable OptionalAddition newer;
    private @Nullable OptionalAddition older;

    private OptionalAddition(LiveResource resource, long addSize, long alignment) {
        this.resource = resource;
        this.addSize = addSize;
        this.alignment = alignment;
        this.flags = resource.flags;
    }

    /** The list itself. */
    static final class Queue {

        private @Nullable OptionalAddition newest;

        boolean isEmpty() {
            return newest == null;
        }

        @Nullable
        OptionalAddition newest() {
            return newest;
        }

        @Nullable
        OptionalAddition after(OptionalAddition entry) {
            return entry.older;
        }

        void push(LiveResource resource, long addSize, long alignment) {
            OptionalAddition entry = new OptionalAddition(resource, addSize, alignment);
            entry.older = newest;
            if (newest != null) {
                newest.newer = entry;
            }
            newest = entry;
            resource.addition = entry;
        }

        void remove(LiveResource resource) {
            OptionalAddition entry = resource.addition;
            if (entry == null) {
                return;
            }
            if (entry.newer != null) {
                entry.newer.older = entry.older;
            } else {
                newest = entry.older;
            }
            if (entry.older != null) {
                entry.older.newer = entry.newer;
            }
            resource.addition = null;
        }

        /** Ends the operation: what nobody took is forgotten. */
        void clear() {
            for (OptionalAddition entry = newest; entry != null; entry = entry.older) {
                entry.resource.addition = null;
            }
            newest = null;
        }
    }

    static long sizeFor(LiveResource resource) {
        OptionalAddition entry = resource.addition;
        return entry == null ? 0 : entry.addSize;
    }

    static long alignmentFor(LiveResource resource) {
        OptionalAddition entry = resource.addition;
        return entry == null ? 0 : entry.alignment;
    }
}
