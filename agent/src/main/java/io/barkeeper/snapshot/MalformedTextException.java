package io.barkeeper.snapshot;

/** A text that a kernel should have printed is not one. The message says what was found and what was expected. */
public final class MalformedTextException extends Exception {

    private static final long serialVersionUID = 1L;

    public MalformedTextException(String message) {
        super(message);
    }
}
