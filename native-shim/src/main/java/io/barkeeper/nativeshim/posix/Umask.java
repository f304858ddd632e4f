package io.barkeeper.nativeshim.posix;

/**
 * The file mode bits that new files of this process do not get, changed for a while: a socket bound under
 * {@code 0117} is never open to others, not even for the moment before a chmod.
 *
 * <p>It is one value for the whole process, so files that other threads make meanwhile are affected too.
 */
public final class Umask implements AutoCloseable {
    private final int previous;

    private Umask(int previous) {
        this.previous = previous;
    }

    /**
     * Sets the mask until the result is closed.
     *
     * @param mask permission bits to withhold, 0 to 0777
     */
    public static Umask set(int mask) {
        if (mask < 0 || mask > 0777) {
            throw new IllegalArgumentException("not a file mode: " + Integer.toOctalString(mask));
        }
        return new Umask(Library.posix().umask(mask));
    }

    /** The mask that was there before. */
    public int previous() {
        return previous;
    }

    /** Puts the mask back that was there before. */
    @Override
    public void close() {
        Library.posix().umask(previous);
    }
}
