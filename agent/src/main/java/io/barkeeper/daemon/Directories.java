package io.barkeeper.daemon;

import io.barkeeper.control.Authorisation;
import io.barkeeper.machine.FileTrouble;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.FileLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** The folders of a running daemon, and the lock that keeps a second one away. */
final class Directories {

    /** {@code sun_path} of include/uapi/linux/un.h without its last byte. */
    private static final int LONGEST_SOCKET_PATH = 107;

    private Directories() {}

    /** Makes both folders where they do not exist. */
    static void prepare(Options options, Authorisation authorisation) throws StartFailure {
        mustHoldSockets(options.runtimeDir());
        make(options.stateDir(), "--state-dir", "rwx------");
        if (make(options.runtimeDir(), "--runtime-dir", "rwxr-x---")
                && authorisation.group().isPresent()) {
            try {
                Files.getFileAttributeView(options.runtimeDir(), PosixFileAttributeView.class)
                        .setGroup(authorisation.group().get());
            } catch (IOException e) {
                // Not root and not in the group: then only this user connects.
                return;
            }
        }
    }

    private static void mustHoldSockets(Path folder) throws StartFailure {
        int length = folder.resolve("control.sock").toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET_PATH) {
            throw new StartFailure(
                    "BK-SOCKET-PATH",
                    StartFailure.USAGE,
                    "the path of the socket in " + folder + " would have " + length
                            + " bytes, and the kernel takes at most " + LONGEST_SOCKET_PATH
                            + ". Name a shorter folder with --runtime-dir");
        }
    }

    private static boolean make(Path folder, String option, String mode) throws StartFailure {
        try {
            if (Files.isDirectory(folder)) {
                if (!Files.isWritable(folder)) {
                    throw new AccessDeniedException(folder.toString());
                }
                return false;
            }
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
            return true;
        } catch (AccessDeniedException e) {
            throw new StartFailure(
                    "BK-FOLDER",
                    StartFailure.NOT_PERMITTED,
                    "this user may not write to " + folder + ". Run it as root, or name another folder with " + option);
        } catch (IOException e) {
            throw new StartFailure(
                    "BK-FOLDER",
                    StartFailure.UNEXPECTED,
                    folder + " cannot be made: " + FileTrouble.of(e) + ". Name another folder with " + option);
        }
    }

    /** One daemon for a runtime folder and for a state folder: both are its own. */
    static FileLock lock(Path folder) throws StartFailure {
        Path file = folder.resolve("lock");
        try {
            FileLock.Attempt attempt = FileLock.tryLock(file);
            if (attempt instanceof FileLock.Taken taken) {
                return taken.lock();
            }
            String who =
                    ((FileLock.Held) attempt).pid().map(p -> "process " + p).orElse("another process");
            throw new StartFailure(
                    "BK-SECOND-DAEMON",
                    StartFailure.UNEXPECTED,
                    "a daemon is running already: " + who + " holds " + file + ". Stop it first"
                            + " (systemctl stop barkeeperd), or give this one its own --runtime-dir and --state-dir");
        } catch (ErrnoException e) {
            throw new StartFailure("BK-LOCK", StartFailure.UNEXPECTED, "the lock cannot be taken: " + e.getMessage());
        }
    }
}
