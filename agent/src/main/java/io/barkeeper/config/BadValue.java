package io.barkeeper.config;

/** A value that a key cannot have; the message says what it can. Becomes a {@link Mistake} where the position is known. */
final class BadValue extends Exception {

    private static final long serialVersionUID = 1L;

    BadValue(String message) {
        super(message);
    }
}
