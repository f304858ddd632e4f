package io.barkeeper.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel log would say, and why. Callers ask {@link #isOn()} before they build a line, since the planner
 * applies the model thousands of times and reads the trace of none.
 */
final class Trace {

    private final boolean on;
    private final List<TraceLine> lines = new ArrayList<>();

    Trace(boolean on) {
        this.on = on;
    }

    boolean isOn() {
        return on;
    }

    void say(String line) {
        if (on) {
            lines.add(new TraceLine(Optional.empty(), -1, line));
        }
    }

    /** A line about one function. */
    void say(LiveFunction function, String line) {
        if (on) {
            add(function, -1, "pci " + function.address + ": " + line);
        }
    }

    /** A line that begins with a resource of a function and a colon. */
    void say(LiveResource resource, String line) {
        if (on) {
            continued(resource, ": " + line);
        }
    }

    /** A line that begins with a resource of a function. */
    void continued(LiveResource resource, String rest) {
        LiveFunction owner = resource.owner;
        if (on && owner != null) {
            add(owner, resource.index, "pci " + owner.address + ": " + resource.label + " " + resource + rest);
        }
    }

    /** A line without the function's name that belongs to one of its resources. */
    void about(LiveResource resource, String line) {
        LiveFunction owner = resource.owner;
        if (on && owner != null) {
            add(owner, resource.index, line);
        }
    }

    private void add(LiveFunction function, int index, String text) {
        lines.add(new TraceLine(Optional.of(function.address), index, text));
    }

    List<TraceLine> lines() {
        return lines;
    }
}
