package io.barkeeper.hotplug;

/** What came of listening for a while. */
public sealed interface Heard {

    /** The kernel said something. */
    record Event(Uevent uevent) implements Heard {}

    /** Uevents were lost: only a full look at the machine tells what happened. */
    record Overflow() implements Heard {}

    /**
     * A message that is not to be believed, or cannot be read.
     *
     * @param why one sentence without a full stop
     */
    record Rejected(String why) implements Heard {}

    /** The time is over, or somebody asked for attention. */
    record Nothing() implements Heard {}
}
