package io.barkeeper.nativeshim.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import jnr.posix.Group;
import jnr.posix.Passwd;
import org.jspecify.annotations.Nullable;

/**
 * Users and groups as the machine's name service knows them. Ids are unsigned 32-bit numbers in an {@code int}.
 *
 * <p>A lookup asks the name service each time and may be slow where that is remote.
 */
public final class Accounts {
    private Accounts() {}

    /**
     * The effective user id of this process: the owner of its folder in {@code /proc} (proc(5)), since the library takes longer to
     * load than a short command takes to answer.
     */
    public static int effectiveUserId() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException noProc) {
            return Library.posix().geteuid();
        }
    }

    /** The id of a user; empty when there is none of that name. */
    public static OptionalInt userId(String user) {
        synchronized (Library.ACCOUNTS_LOCK) {
            Passwd passwd = Library.posix().getpwnam(user);
            return passwd == null ? OptionalInt.empty() : OptionalInt.of((int) passwd.getUID());
        }
    }

    /** The name of a user; empty when the id has none. */
    public static Optional<String> userName(int uid) {
        synchronized (Library.ACCOUNTS_LOCK) {
            return Optional.ofNullable(Library.posix().getpwuid(uid)).map(Passwd::getLoginName);
        }
    }

    /** The id of a group; empty when there is none of that name. */
    public static OptionalInt groupId(String group) {
        synchronized (Library.ACCOUNTS_LOCK) {
            Group found = Library.posix().getgrnam(group);
            return found == null ? OptionalInt.empty() : OptionalInt.of((int) found.getGID());
        }
    }

    /**
     * Whether a user is in a group, as the primary or as a supplementary one, by today's account data. A process may
     * have been started with other groups. A user or group that does not exist is in none.
     */
    public static boolean isMember(int uid, String group) {
        synchronized (Library.ACCOUNTS_LOCK) {
            return isMember(Library.posix().getpwuid(uid), group);
        }
    }

    /** As {@link #isMember(int, String)}, for the name of a user. */
    public static boolean isMember(String user, String group) {
        synchronized (Library.ACCOUNTS_LOCK) {
            return isMember(Library.posix().getpwnam(user), group);
        }
    }

    private static boolean isMember(@Nullable Passwd user, String groupName) {
        if (user == null) {
            return false;
        }
        // Read before the next lookup overwrites it.
        long primaryGroup = user.getGID();
        String userName = user.getLoginName();
        Group group = Library.posix().getgrnam(groupName);
        return group != null
                && (group.getGID() == primaryGroup
                        || List.of(group.getMembers()).contains(userName));
    }
}
