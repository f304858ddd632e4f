package io.barkeeper.nativeshim;

import java.util.Optional;

/** What {@link UeventSocket#receive} came back with. */
public sealed interface Received {
    /**
     * One message, not judged: whether its sender is the kernel is for the caller to decide.
     *
     * <p>The kernel's own have {@code portId} 0, {@code groups} 1 and credentials of process 0 and user 0. A process
     * with {@code CAP_NET_ADMIN} can send to the group too, but has another port and its own process number.
     *
     * @param bytes the message, as long as it fitted into the buffer
     * @param portId netlink port of the sender, unsigned; 0 is the kernel
     * @param groups bit mask of the multicast groups it was sent to; 0 for a message to this socket alone
     * @param credentials of the sender, as the kernel vouches for them
     * @param truncated whether the message was longer than the buffer
     */
    @SuppressWarnings("ArrayRecordComponent") // A message is compared by nobody.
    record Datagram(byte[] bytes, int portId, int groups, Optional<Credentials> credentials, boolean truncated)
            implements Received {}

    /**
     * The receive buffer was full and the newest messages were lost (ENOBUFS). The older ones are still there to be
     * received. Until they have all been taken, the kernel drops every new one and does not say so again
     * (netlink_overrun in net/netlink/af_netlink.c): receive with a timeout of zero until {@link TimedOut}, and only
     * then look at the whole machine.
     */
    record Overflow() implements Received {}

    /** Somebody called {@link UeventSocket#wake}, once or several times since the last receive. */
    record Woken() implements Received {}

    /** Nothing came within the timeout. */
    record TimedOut() implements Received {}

    /**
     * Who sent a message.
     *
     * @param pid process number in this process's PID namespace; 0 is the kernel
     * @param uid user id, unsigned
     * @param gid group id, unsigned
     */
    record Credentials(int pid, int uid, int gid) {}
}
