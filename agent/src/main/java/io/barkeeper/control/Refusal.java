package io.barkeeper.control;

/** A request that is not carried out: what, why, what to try, a stable code, and the exit code of the CLI. */
public final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    /** Exit codes of the CLI, as its manual lists them. */
    public static final int UNEXPECTED = 1;

    public static final int USAGE = 2;
    public static final int NO_PLAN = 3;
    public static final int REFUSED = 4;
    public static final int NOT_PERMITTED = 8;

    private final String code;
    private final int exit;
    private final String remedy;

    /**
     * @param code stable, {@code BK-…}
     * @param exit what the CLI exits with
     * @param message what and why, for an operator
     * @param remedy what to try; may be empty
     */
    public Refusal(String code, int exit, String message, String remedy) {
        super(message);
        this.code = code;
        this.exit = exit;
        this.remedy = remedy;
    }

    public String code() {
        return code;
    }

    public int exit() {
        return exit;
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    public String remedy() {
        return remedy;
    }
}
