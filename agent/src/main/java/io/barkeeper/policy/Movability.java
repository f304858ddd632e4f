package io.barkeeper.policy;

import java.util.List;

/** Whether a function may be taken out and come back, with the reason. */
public sealed interface Movability {

    /** One sentence without a full stop, for an operator. */
    String why();

    /** Nothing stands in the way of taking it out, now. */
    default boolean mayMove() {
        return this instanceof Free || this instanceof Quiescable;
    }

    /** Hardware or firmware nails it down: boot VGA, frame buffer, Enhanced Allocation, legacy IDE. */
    record Fixed(String why) implements Movability {}

    /** An administrator said that it must not move. */
    record Pinned(String why) implements Movability {}

    /** Somebody uses it, or nobody can tell. */
    record Busy(List<Holder> holders, String why) implements Movability {
        public Busy {
            holders = List.copyOf(holders);
        }
    }

    /** Its driver can be unbound now and bound again later. */
    record Quiescable(String driver, String why) implements Movability {}

    /** No driver is bound, or it is a bridge of which only the functions below matter. */
    record Free(String why) implements Movability {}
}
