package io.barkeeper.nativeshim.posix;

import jnr.constants.platform.Signal;
import jnr.posix.util.SunMiscSignal;

/** SIGHUP, by which an operator asks a daemon to read its configuration again; without this it ends the JVM. */
public final class Hangup {
    private Hangup() {}

    /** Runs this on a thread of the JVM's each time the signal comes. */
    public static void handle(Runnable action) {
        SunMiscSignal.signal(Signal.SIGHUP, number -> action.run());
    }
}
