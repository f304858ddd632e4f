package io.barkeeper.nativeshim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells the initial network namespace from others by the targets of the links in {@code /proc/PID/ns}.
 *
 * <p>Since Linux 6.18 the initial one has a fixed number (NET_NS_INIT_INO of include/uapi/linux/nsfs.h). Before, it is
 * that of process 1, provided that this process's number 1 is the machine's: the initial PID namespace has had a fixed
 * number since 3.8 (PROC_PID_INIT_INO).
 */
final class NetworkNamespace {
    private static final String INITIAL_NETWORK = "net:[4026531833]";
    private static final String INITIAL_PID = "pid:[4026531836]";

    private NetworkNamespace() {}

    /** Whether the process behind {@code proc/self} is in the initial one; empty when that cannot be told. */
    static Optional<Boolean> isInitial(Path proc) {
        Optional<String> own = link(proc.resolve("self/ns/net"));
        if (own.equals(Optional.of(INITIAL_NETWORK))) {
            return Optional.of(true);
        }
        if (!link(proc.resolve("self/ns/pid")).equals(Optional.of(INITIAL_PID))) {
            return Optional.empty();
        }
        Optional<String> first = link(proc.resolve("1/ns/net"));
        return own.isEmpty() || first.isEmpty() ? Optional.empty() : Optional.of(own.equals(first));
    }

    private static Optional<String> link(Path path) {
        try {
            return Optional.of(Files.readSymbolicLink(path).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
