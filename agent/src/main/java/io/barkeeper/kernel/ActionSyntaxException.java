package io.barkeeper.kernel;

/** A text that is no action. The message is meant for an operator. */
public final class ActionSyntaxException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** Stable code of this error. */
    public static final String CODE = "BK-ACTION-SYNTAX";

    public ActionSyntaxException(String message) {
        super(message);
    }
}
