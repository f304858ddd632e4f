package io.barkeeper.transaction;

import java.util.List;

/**
 * The next state and what to do now: one command, or none when the event meant nothing here or all is over.
 */
public record Transition(State state, List<Command> commands) {

    public Transition {
        commands = List.copyOf(commands);
    }

    static Transition stay(State state) {
        return new Transition(state, List.of());
    }
}
