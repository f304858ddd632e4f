package io.barkeeper.cli;

import io.barkeeper.nativeshim.posix.Accounts;
import java.nio.file.Path;

/**
 * What a verb assumes when no option says otherwise.
 *
 * @param socket where the daemon listens
 * @param root the directory that holds this machine's {@code sys} and {@code proc}
 * @param privileged whether this process may read all of config space
 */
record Surroundings(Path socket, Path root, boolean privileged) {

    static Surroundings ofProcess() {
        return new Surroundings(Path.of("/run/barkeeper/control.sock"), Path.of("/"), Accounts.effectiveUserId() == 0);
    }
}
