package io.barkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Optional;
import jdk.net.UnixDomainPrincipal;
import org.junit.jupiter.api.Test;

/** Users and groups are named by number: such principals exist without account data. */
class AuthorisationTest {

    private static final String ROOT = "0";
    private static final String DAEMON = "71001";
    private static final String MEMBER = "71002";
    private static final String STRANGER = "71003";
    private static final String READERS = "72001";
    private static final String OTHERS = "72002";

    private static UserPrincipal user(String number) throws IOException {
        return lookup().lookupPrincipalByName(number);
    }

    private static GroupPrincipal group(String number) throws IOException {
        return lookup().lookupPrincipalByGroupName(number);
    }

    private static UserPrincipalLookupService lookup() {
        return FileSystems.getDefault().getUserPrincipalLookupService();
    }

    private static Peer peer(Optional<GroupPrincipal> readers, String user, String group) throws IOException {
        return new Authorisation(user(ROOT), user(DAEMON), readers, MEMBER::equals)
                .peerOf(new UnixDomainPrincipal(user(user), group(group)));
    }

    private static Peer peer(String user, String group) throws IOException {
        return peer(Optional.of(group(READERS)), user, group);
    }

    @Test
    void rootAndTheDaemonsOwnUserMayChange() throws IOException {
        assertThat(peer(ROOT, OTHERS).access()).isEqualTo(Access.CHANGE);
        assertThat(peer(DAEMON, OTHERS).access()).isEqualTo(Access.CHANGE);
        assertThat(peer(DAEMON, OTHERS).privileged()).isTrue();
    }

    @Test
    void whoeverHasTheGroupAsItsOwnMayRead() throws IOException {
        assertThat(peer(STRANGER, READERS)).isEqualTo(new Peer(STRANGER, Access.READ, false));
    }

    @Test
    void membersByAccountDataMayRead() throws IOException {
        assertThat(peer(MEMBER, OTHERS)).isEqualTo(new Peer(MEMBER, Access.READ, false));
    }

    @Test
    void strangersMayNothing() throws IOException {
        assertThat(peer(STRANGER, OTHERS)).isEqualTo(new Peer(STRANGER, Access.NONE, false));
    }

    @Test
    void withoutTheGroupOnlyThePrivilegedMayAnything() throws IOException {
        assertThat(peer(Optional.empty(), MEMBER, READERS).access()).isEqualTo(Access.NONE);
        assertThat(peer(Optional.empty(), ROOT, OTHERS).access()).isEqualTo(Access.CHANGE);
    }
}
