package io.barkeeper.conformance;

import io.barkeeper.lab.QemuMachine;

/** A card and the slot it goes into; it can be plugged into a machine of the same seed again. */
public final class HotAdd {
    private final LabAction action;

    HotAdd(LabAction action) {
        this.action = action;
    }

    /** Plugs it in and waits until the kernel knows its function 0. */
    public void perform(QemuMachine machine) {
        Recorder.perform(machine, action);
    }

    @Override
    public String toString() {
        return action.text() + " " + action.plug();
    }
}
