package io.barkeeper.nativeshim.posix;

import io.barkeeper.nativeshim.ErrnoException;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** The one instance of jnr-posix, loaded when it is first asked for. */
final class Library {
    /** getpwnam(3) and its like answer in a buffer of the C library that the next call overwrites. */
    static final Object ACCOUNTS_LOCK = new Object();

    private static final class Holder {
        static final POSIX POSIX_LIBRARY = POSIXFactory.getNativePOSIX();
    }

    private Library() {}

    static POSIX posix() {
        return Holder.POSIX_LIBRARY;
    }

    static ErrnoException failed(String operation, String path) {
        return new ErrnoException(posix().errno(), operation, path);
    }
}
