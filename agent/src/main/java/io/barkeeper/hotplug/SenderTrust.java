package io.barkeeper.hotplug;

import io.barkeeper.nativeshim.Received.Credentials;
import io.barkeeper.nativeshim.Received.Datagram;
import java.util.Optional;

/**
 * Tells the kernel's own uevents from forged ones. A process with {@code CAP_NET_ADMIN} can send to the kernel's
 * multicast group, and any process to this socket alone, but its netlink port is not 0 and the kernel stamps the message
 * with its process number.
 */
public final class SenderTrust {

    private static final int KERNEL_GROUP = 1;

    private SenderTrust() {}

    /** Why this message is not to be believed, one sentence without a full stop; empty when the kernel sent it. */
    public static Optional<String> doubt(Datagram message) {
        if (message.groups() != KERNEL_GROUP) {
            return Optional.of(
                    "it came by the multicast groups " + message.groups() + ", the kernel sends to group 1 only");
        }
        if (message.portId() != 0) {
            return Optional.of(
                    "it came from netlink port " + Integer.toUnsignedString(message.portId()) + ", the kernel's is 0");
        }
        if (message.credentials().isEmpty()) {
            return Optional.of("it carries no credentials");
        }
        Credentials sender = message.credentials().get();
        if (sender.pid() != 0 || sender.uid() != 0) {
            return Optional.of("process " + sender.pid() + " of user " + Integer.toUnsignedString(sender.uid())
                    + " sent it, not the kernel");
        }
        return Optional.empty();
    }
}
