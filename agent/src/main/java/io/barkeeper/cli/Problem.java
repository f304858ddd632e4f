package io.barkeeper.cli;

import com.google.gson.JsonObject;

/** Something went wrong that an operator can act on: what, why, and what to try, with a stable code. */
final class Problem extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final int exit;
    private final String remedy;

    /**
     * @param code stable, {@code BK-…}
     * @param exit one of {@link ExitCode}
     * @param message what happened and why
     * @param remedy what to try; may be empty
     */
    Problem(String code, int exit, String message, String remedy) {
        super(message);
        this.code = code;
        this.exit = exit;
        this.remedy = remedy;
    }

    static Problem usage(String message, String remedy) {
        return new Problem("BK-USAGE", ExitCode.USAGE, message, remedy);
    }

    String code() {
        return code;
    }

    int exit() {
        return exit;
    }

    String message() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    /** For {@code --json}, one object. */
    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("schema", "barkeeper.error/1");
        json.addProperty("code", code);
        json.addProperty("exit", exit);
        json.addProperty("message", message());
        json.addProperty("remedy", remedy);
        return json;
    }

    /** For people: the message with its code, and what to try on a line of its own. */
    String toText() {
        String first = "barkeeper: " + message() + " [" + code + "]";
        return remedy.isEmpty() ? first : first + System.lineSeparator() + "  try: " + remedy;
    }
}
