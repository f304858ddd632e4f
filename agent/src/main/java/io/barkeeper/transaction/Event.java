package io.barkeeper.transaction;

import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.Topology;

/** What happened since the last step of the state machine. */
public sealed interface Event {

    /** The transaction begins, or goes on after a restart. */
    record Begin() implements Event {}

    /** The effect that was asked for is over. */
    record Performed(Outcome outcome) implements Event {}

    /** The machine was read. */
    record Observed(Topology now) implements Event {}

    /** The machine could not be read. */
    record Unobservable(String why) implements Event {}

    /** Somebody wants it to end early: what was begun is undone or, after the rescan, checked and kept. */
    record Stop(String why) implements Event {}
}
