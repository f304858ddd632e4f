package io.barkeeper.machine.sysfs;

/** Something that was listed is no longer there: the machine changed while it was read, and the reading starts anew. */
final class VanishedException extends Exception {

    private static final long serialVersionUID = 1L;

    VanishedException(String what) {
        super(what);
    }
}
