package io.barkeeper.machine;

/** A machine could not be read. The message is meant for an operator and has a stable code. */
public final class MachineException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * @param code stable, {@code BK-…}
     * @param message what, why, and what to try
     */
    public MachineException(String code, String message) {
        super(message);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
