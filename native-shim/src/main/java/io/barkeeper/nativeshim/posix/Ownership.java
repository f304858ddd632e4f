package io.barkeeper.nativeshim.posix;

import io.barkeeper.nativeshim.ErrnoException;
import java.nio.file.Path;

/** Who owns a file. */
public final class Ownership {
    /** chown(2) leaves alone what is -1. */
    private static final int UNCHANGED = -1;

    private Ownership() {}

    /**
     * Gives a file to a group and leaves its owner.
     *
     * @param gid the id of the group, see {@link Accounts#groupId}
     * @throws ErrnoException with EPERM unless this process is privileged, or owns the file and is in the group
     */
    public static void changeGroup(Path path, int gid) throws ErrnoException {
        if (Library.posix().chown(path.toString(), UNCHANGED, gid) != 0) {
            throw Library.failed("chown", path.toString());
        }
    }
}
