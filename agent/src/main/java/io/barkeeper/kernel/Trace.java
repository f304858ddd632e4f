package io.barkeeper.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel log would say, and why. Callers ask {@link #isOn()} before they build a line, since the planner
 * applies the model thousands of times and reads the trace of none.
 */
final class Trace {

    private final boolean on;
    private final List<String> lines = new ArrayList<>();

    Trace(boolean on) {
        this.on = on;
    }

    boolean isOn() {
        return on;
    }

    void say(String line) {
        if (on) {
            lines.add(line);
        }
    }

    /** A line about one function. */
    void say(LiveFunction function, String line) {
        if (on) {
            lines.add("pci " + function.address + ": " + line);
        }
    }

    /** A line about one resource of a function. */
    void say(LiveResource resource, String line) {
        LiveFunction owner = resource.owner;
        if (on && owner != null) {
            say(owner, resource.label + " " + resource + ": " + line);
        }
    }

    List<String> lines() {
        return lines;
    }
}
