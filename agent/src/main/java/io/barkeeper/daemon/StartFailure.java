package io.barkeeper.daemon;

/** The daemon cannot start; the message is for an operator. */
final class StartFailure extends Exception {

    private static final long serialVersionUID = 1L;

    static final int UNEXPECTED = 1;
    static final int USAGE = 2;
    static final int NOT_PERMITTED = 8;

    private final String code;
    private final int exit;

    /**
     * @param code stable, {@code BK-…}
     * @param exit what the process exits with
     * @param message what, why, and what to try
     */
    StartFailure(String code, int exit, String message) {
        super(message);
        this.code = code;
        this.exit = exit;
    }

    String code() {
        return code;
    }

    int exit() {
        return exit;
    }
}
