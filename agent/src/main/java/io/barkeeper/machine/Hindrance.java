package io.barkeeper.machine;

/**
 * A reason, outside of any device's use, for which nothing should be changed now.
 *
 * @param why one sentence without a full stop
 */
public record Hindrance(Kind kind, String why) {

    /** What stands in the way. */
    public enum Kind {
        /** A live update preserves devices: no bus number and no BAR of theirs may change. */
        LIVE_UPDATE,
        /** A write that takes long would let the kernel panic. */
        HUNG_TASK_PANIC,
        /** A port is in error recovery. */
        ERROR_RECOVERY,
        /** Somebody has switched a card off, and it would be switched on. */
        POWERED_OFF,
        /** The system goes down or to sleep. */
        SYSTEM_STATE
    }

    @Override
    public String toString() {
        return why;
    }
}
