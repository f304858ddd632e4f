package io.barkeeper.control;

import io.barkeeper.nativeshim.posix.Accounts;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Optional;
import java.util.function.Predicate;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Decides by the credentials that the kernel took of a peer when it connected (SO_PEERCRED): root and the daemon's own
 * user may change things, the group may read. Users are compared by number, never by name.
 */
public final class Authorisation {

    /** Members may read. */
    public static final String GROUP = "barkeeper";

    private final UserPrincipal root;
    private final UserPrincipal self;
    private final Optional<GroupPrincipal> group;
    private final Predicate<String> isMember;

    /** @param isMember whether the account data puts the user of this name into the group */
    Authorisation(UserPrincipal root, UserPrincipal self, Optional<GroupPrincipal> group, Predicate<String> isMember) {
        this.root = root;
        this.self = self;
        this.group = group;
        this.isMember = isMember;
    }

    public static Authorisation ofSystem() throws IOException {
        UserPrincipalLookupService lookup = FileSystems.getDefault().getUserPrincipalLookupService();
        // A number is found on a machine without account data too.
        return new Authorisation(
                lookup.lookupPrincipalByName("0"),
                Files.getOwner(Path.of("/proc/self")),
                group(lookup),
                user -> Accounts.isMember(user, GROUP));
    }

    private static Optional<GroupPrincipal> group(UserPrincipalLookupService lookup) {
        try {
            return Optional.of(lookup.lookupPrincipalByGroupName(GROUP));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The group whose members may read; empty when the machine has none of that name. */
    public Optional<GroupPrincipal> group() {
        return group;
    }

    /** Who connected. */
    Peer peerOf(SocketChannel channel) throws IOException {
        return peerOf(channel.getOption(ExtendedSocketOptions.SO_PEERCRED));
    }

    Peer peerOf(UnixDomainPrincipal credentials) {
        UserPrincipal user = credentials.user();
        boolean privileged = user.equals(root) || user.equals(self);
        return new Peer(user.getName(), privileged ? Access.CHANGE : accessOf(credentials), privileged);
    }

    private Access accessOf(UnixDomainPrincipal credentials) {
        if (group.isEmpty()) {
            return Access.NONE;
        }
        boolean member = credentials.group().equals(group.get())
                || isMember.test(credentials.user().getName());
        return member ? Access.READ : Access.NONE;
    }
}
