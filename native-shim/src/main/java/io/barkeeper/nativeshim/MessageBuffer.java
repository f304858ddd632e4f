package io.barkeeper.nativeshim;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.barkeeper.nativeshim.Received.Credentials;
import io.barkeeper.nativeshim.Received.Datagram;
import java.util.Optional;

/** The structures around one recvmsg(2) on a netlink socket, allocated once and used again. For one thread at a time. */
final class MessageBuffer {
    /** The kernel's own messages are at most 2 KiB of environment after a header with the path of the device. */
    private static final int PAYLOAD_SIZE = 16 << 10;

    private static final int CONTROL_SIZE = 64;

    private final Memory payload = new Memory(PAYLOAD_SIZE);
    private final Memory sender = new Memory(Abi.SOCKADDR_NL_SIZE);
    private final Memory control = new Memory(CONTROL_SIZE);
    private final Memory vector = new Memory(Abi.IOVEC_SIZE);
    private final Memory header = new Memory(Abi.MSGHDR_SIZE);

    /** Takes one message off the socket; {@link LastErrorException} with EAGAIN when there is none. */
    Datagram receive(int socket) throws LastErrorException {
        prepare();
        long length = LibC.recvmsg(socket, header, 0);
        return new Datagram(
                payload.getByteArray(0, (int) length),
                sender.getInt(Abi.NL_PID),
                sender.getInt(Abi.NL_GROUPS),
                credentials(),
                (header.getInt(Abi.MSG_FLAGS) & Abi.MSG_TRUNC) != 0);
    }

    /** The kernel overwrites lengths and flags, so all of it is set anew before each call. */
    private void prepare() {
        sender.clear();
        control.clear();
        vector.setPointer(Abi.IOV_BASE, payload);
        vector.setLong(Abi.IOV_LEN, payload.size());
        header.clear();
        header.setPointer(Abi.MSG_NAME, sender);
        header.setInt(Abi.MSG_NAMELEN, (int) sender.size());
        header.setPointer(Abi.MSG_IOV, vector);
        header.setLong(Abi.MSG_IOVLEN, 1);
        header.setPointer(Abi.MSG_CONTROL, control);
        header.setLong(Abi.MSG_CONTROLLEN, control.size());
    }

    /** SO_PASSCRED is the only source of control messages here, so the first one has them or none does. */
    private Optional<Credentials> credentials() {
        boolean present = header.getLong(Abi.MSG_CONTROLLEN) >= Abi.CMSG_DATA + Abi.UCRED_SIZE
                && control.getLong(Abi.CMSG_LEN) >= Abi.CMSG_DATA + Abi.UCRED_SIZE
                && control.getInt(Abi.CMSG_LEVEL) == Abi.SOL_SOCKET
                && control.getInt(Abi.CMSG_TYPE) == Abi.SCM_CREDENTIALS;
        if (!present) {
            return Optional.empty();
        }
        Pointer ucred = control.share(Abi.CMSG_DATA, Abi.UCRED_SIZE);
        return Optional.of(
                new Credentials(ucred.getInt(Abi.UCRED_PID), ucred.getInt(Abi.UCRED_UID), ucred.getInt(Abi.UCRED_GID)));
    }
}
