package io.barkeeper.snapshot.paste;

/** A paste cannot be made into a snapshot. The message says what is wrong and where, for whoever pasted it. */
public final class PasteException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String remedy;

    /**
     * @param code stable, {@code BK-PASTE-…}
     * @param message what is wrong, and where
     * @param remedy what to try
     */
    PasteException(String code, String message, String remedy) {
        super(message);
        this.code = code;
        this.remedy = remedy;
    }

    /** Two lines that cannot both be true of one machine. */
    static PasteException contradiction(String message) {
        return new PasteException(
                "BK-PASTE-CONTRADICTION", message, "paste what one machine printed at one time; keep one of the two");
    }

    public String code() {
        return code;
    }

    public String remedy() {
        return remedy;
    }
}
