package io.barkeeper.control;

/** A question that cannot be answered as it was put: an unknown device, an action that cannot be read. */
public final class AnswerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final boolean usage;
    private final String remedy;

    /**
     * @param code stable, {@code BK-…}
     * @param usage true when the question itself is malformed, whatever the machine looks like
     * @param message what and why
     * @param remedy what to try
     */
    public AnswerException(String code, boolean usage, String message, String remedy) {
        super(message);
        this.code = code;
        this.usage = usage;
        this.remedy = remedy;
    }

    public String code() {
        return code;
    }

    public boolean isUsage() {
        return usage;
    }

    /** The exit code of the CLI: 2 for a malformed question, otherwise 1. */
    public int exit() {
        return usage ? 2 : 1;
    }

    public String remedy() {
        return remedy;
    }
}
