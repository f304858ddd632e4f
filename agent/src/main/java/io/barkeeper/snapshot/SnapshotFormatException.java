package io.barkeeper.snapshot;

/** A JSON text is no snapshot. The message is meant for whoever made the file. */
public final class SnapshotFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The stable code of this error. */
    public static final String CODE = "BK-SNAPSHOT-FORMAT";

    private final String path;

    /**
     * @param path where in the document, as a JSON path: {@code $.devices[3].resources[0].size}
     * @param problem what is wrong there
     */
    public SnapshotFormatException(String path, String problem) {
        super("this is no usable snapshot: at " + path + ": " + problem);
        this.path = path;
    }

    /** Where in the document, as a JSON path. */
    public String path() {
        return path;
    }

    public String code() {
        return CODE;
    }
}
