package io.barkeeper.lab;

import org.jspecify.annotations.Nullable;

/** The lab itself cannot go on: a tool is missing, a kernel cannot be had, a guest does not answer. Not a failed expectation. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LabException(String message) {
        super(message);
    }

    public LabException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
